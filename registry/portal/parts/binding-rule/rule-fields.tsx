import { Group, NativeSelect } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useTexts } from '../../i18n/texts.js';
import { TenantPicker } from '../tenant-picker.js';
import { plansQuery, type Rule } from './rule.js';
import { texts } from './texts.js';

/** Whose new cameras become, and by which plan; both may stay empty: then they wait unbound. */
export function RuleFields({
  value,
  onChange,
  errors = {},
}: {
  value: Rule;
  onChange: (rule: Rule) => void;
  /** Of the API, by its pointers. */
  errors?: Readonly<Record<string, string>>;
}) {
  const t = useTexts(texts);
  const plans = useQuery(plansQuery).data?.items ?? [];
  return (
    <Group grow align="flex-start" preventGrowOverflow={false}>
      <TenantPicker
        kinds={['customer']}
        label={t('customer')}
        placeholder={t('nobody')}
        value={value.customer}
        clear={t('toNobody')}
        error={errors['autoBind.customerId']}
        onChange={(customer) => onChange({ customer, planId: value.planId ?? plans[0]?.id ?? null })}
      />
      {value.customer !== null && (
        <NativeSelect
          label={t('plan')}
          value={value.planId ?? ''}
          error={errors['autoBind.planId']}
          onChange={(event) => onChange({ ...value, planId: event.currentTarget.value })}
          data={plans.map(({ id, name, retentionDays }) => ({
            value: id,
            label: `${name} · ${t('kept', { count: retentionDays })}`,
          }))}
        />
      )}
    </Group>
  );
}

import '@mantine/core/styles/Radio.css';
import '@mantine/core/styles/Checkbox.css';
import { Checkbox, Group, Radio, Stack } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useTexts } from '../../i18n/texts.js';
import { rolesQuery, useRanksWithOwners, type Standing } from './queries.js';
import { texts } from './texts.js';

const families = ['admin', 'guard'] as const;

const words = {
  admin: { why: 'adminWhy', noRole: 'adminNoRole' },
  guard: { why: 'guardWhy', noRole: 'guardNoRole' },
} as const;

/** What somebody may do in the tenant: administrator or guard, owner, roles (R29, R30). */
export function StandingFields({
  tenantId,
  value,
  onChange,
  errors,
}: {
  tenantId: string;
  value: Standing;
  onChange: (next: Standing) => void;
  errors: Readonly<Record<string, string>>;
}) {
  const t = useTexts(texts);
  const ranks = useRanksWithOwners(tenantId);
  const roles = useQuery(rolesQuery(tenantId));
  const fitting = roles.data?.items.filter(({ family }) => family === value.family) ?? [];
  return (
    <Stack gap="sm">
      <Radio.Group
        label={t('family')}
        value={value.family}
        error={errors['family']}
        onChange={(family) =>
          // A guard is no owner, and roles are of one family.
          onChange({ family, owner: false, roleIds: [] })
        }
      >
        <Group mt={6} gap="lg">
          {families.map((family) => (
            <Radio
              key={family}
              value={family}
              label={t(family)}
              description={t(words[family].why)}
              flex="1 1 12rem"
            />
          ))}
        </Group>
      </Radio.Group>
      {value.family === 'admin' && (
        <Checkbox
          label={t('owner')}
          description={t(ranks ? 'ownerWhy' : 'ownerNot')}
          disabled={!ranks}
          checked={value.owner}
          onChange={(event) => onChange({ ...value, owner: event.currentTarget.checked })}
        />
      )}
      {fitting.length > 0 && (
        <Checkbox.Group
          label={t('roles')}
          description={t(words[value.family].noRole)}
          value={value.roleIds}
          error={errors['roleIds']}
          onChange={(roleIds) => onChange({ ...value, roleIds })}
        >
          <Stack mt={6} gap="xs">
            {fitting.map(({ id, name }) => (
              <Checkbox key={id} value={id} label={name} />
            ))}
          </Stack>
        </Checkbox.Group>
      )}
    </Stack>
  );
}

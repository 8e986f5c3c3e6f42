import '@mantine/core/styles/Radio.css';
import { Code, Group, NativeSelect, Radio, Text, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { answer, api } from '../../api/client.js';
import { useTexts } from '../../i18n/texts.js';
import { noRule, ruleBody, type Named } from '../../parts/binding-rule/rule.js';
import { RuleFields } from '../../parts/binding-rule/rule-fields.js';
import { FormDialog } from '../../parts/form-dialog.js';
import { useFieldErrors } from '../../parts/form-errors.js';
import { SecretDialog } from '../../parts/secret-dialog.js';
import { TenantPicker } from '../../parts/tenant-picker.js';
import { useScope } from '../../shell/scope.js';
import { NumberField } from '../../parts/number-field.js';
import classes from './keys.module.css';
import { texts } from './texts.js';

const lives = [
  { hours: 24, label: 'day' },
  { hours: 24 * 7, label: 'week' },
  { hours: 24 * 30, label: 'month' },
  { hours: 24 * 365, label: 'year' },
] as const;

const mostUses = 10_000;

/** Makes a key, and shows it this once. */
export function CreateKeyDialog({ onClose }: { onClose: () => void }) {
  const t = useTexts(texts);
  const fieldErrors = useFieldErrors();
  const scope = useScope();
  const client = useQueryClient();
  const [integrator, setIntegrator] = useState<Named | null>(scope.kind === 'integrator' ? scope : null);
  const [name, setName] = useState('');
  const [kind, setKind] = useState<'one' | 'many'>('one');
  const [limit, setLimit] = useState(10);
  const [hours, setHours] = useState<number>(lives[1].hours);
  const [rule, setRule] = useState(noRule);
  const create = useMutation({
    mutationFn: (integratorId: string) =>
      answer(
        api.POST('/api/v1/enrolment-tokens', {
          body: {
            integratorId,
            name: name.trim(),
            maxUses: kind === 'one' ? 1 : limit,
            expiresInHours: hours,
            autoBind: ruleBody(rule),
          },
        }),
      ),
    onSuccess: () => client.invalidateQueries({ queryKey: ['keys'] }),
  });
  if (create.data !== undefined) {
    return (
      <SecretDialog
        title={t('made', { name: create.data.name })}
        why={t('madeWhy')}
        label={t('secret')}
        secret={create.data.joinToken}
        onClose={onClose}
      >
        <Text size="sm">{t('thenRun')}</Text>
        <Code block className={classes['command'] ?? ''}>
          {`curl -fsSL ${location.origin}/install | sudo sh -s -- --join file:join.txt`}
        </Code>
      </SecretDialog>
    );
  }
  const faults = fieldErrors(create.error);
  return (
    <FormDialog
      title={t('create')}
      size="lg"
      act={t('createIt')}
      ready={integrator !== null && name.trim() !== ''}
      pending={create.isPending}
      error={faults === null ? create.error : null}
      onSubmit={() => integrator !== null && create.mutate(integrator.id)}
      onClose={onClose}
    >
      <TextInput
        label={t('name')}
        placeholder={t('nameHint')}
        required
        maxLength={200}
        autoComplete="off"
        data-autofocus
        value={name}
        error={faults?.['name']}
        onChange={(event) => setName(event.currentTarget.value)}
      />
      {scope.kind !== 'integrator' && (
        <TenantPicker
          kinds={['integrator']}
          label={t('integrator')}
          placeholder={t('integratorHint')}
          value={integrator}
          error={faults?.['integratorId']}
          onChange={setIntegrator}
        />
      )}
      <Radio.Group label={t('kind')} value={kind} onChange={setKind}>
        <Group mt={6} gap="lg">
          <Radio value="one" label={t('one')} description={t('oneWhy')} flex="1 1 12rem" />
          <Radio value="many" label={t('many')} description={t('manyWhy')} flex="1 1 12rem" />
        </Group>
      </Radio.Group>
      <Group grow align="flex-start">
        {kind === 'many' && (
          <NumberField
            label={t('limit')}
            min={2}
            max={mostUses}
            value={limit}
            error={faults?.['maxUses']}
            onChange={(next) => setLimit(Number(next))}
          />
        )}
        <NativeSelect
          label={t('life')}
          value={String(hours)}
          onChange={(event) => setHours(Number(event.currentTarget.value))}
          data={lives.map((life) => ({ value: String(life.hours), label: t(life.label) }))}
        />
      </Group>
      <RuleFields value={rule} onChange={setRule} errors={faults ?? {}} />
    </FormDialog>
  );
}

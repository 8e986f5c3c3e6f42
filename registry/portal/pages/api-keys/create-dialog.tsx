import '@mantine/core/styles/Radio.css';
import { Checkbox, Code, NativeSelect, Radio, SimpleGrid, Stack, Text, TextInput } from '@mantine/core';
import '@mantine/core/styles/SimpleGrid.css';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { answer, api } from '../../api/client.js';
import type { ApiKey, Tenant } from '../../api/schema.js';
import { useTexts } from '../../i18n/texts.js';
import { FormDialog } from '../../parts/form-dialog.js';
import { useFieldErrors } from '../../parts/form-errors.js';
import { moduleTexts } from '../../parts/module-texts.js';
import { SecretDialog } from '../../parts/secret-dialog.js';
import classes from './api-keys.module.css';
import { texts } from './texts.js';

type Module = NonNullable<ApiKey['modules']>[number];
const modules = Object.keys(moduleTexts.en) as Module[];

const lives = [
  { days: 30, label: 'month' },
  { days: 90, label: 'quarter' },
  { days: 365, label: 'year' },
  { days: null, label: 'noEnd' },
] as const;

/** Makes a key for a program, and shows it this once. */
export function CreateKeyDialog({ tenant, onClose }: { tenant: Tenant; onClose: () => void }) {
  const t = useTexts(texts);
  const fieldErrors = useFieldErrors();
  const moduleName = useTexts(moduleTexts);
  const client = useQueryClient();
  const [name, setName] = useState('');
  const [life, setLife] = useState<(typeof lives)[number]['label']>('quarter');
  const [reach, setReach] = useState<'all' | 'some'>('all');
  const [chosen, setChosen] = useState<Module[]>([]);
  const create = useMutation({
    mutationFn: () => {
      const days = lives.find(({ label }) => label === life)?.days ?? null;
      return answer(
        api.POST('/api/v1/api-keys', {
          body: {
            tenantId: tenant.id,
            name: name.trim(),
            ...(reach === 'some' && { modules: chosen }),
            ...(days !== null && { expiresInDays: days }),
          },
        }),
      );
    },
    onSuccess: () => client.invalidateQueries({ queryKey: ['api-keys'] }),
  });
  if (create.data !== undefined) {
    return (
      <SecretDialog
        title={t('made', { name: create.data.name })}
        why={t('madeWhy')}
        label={t('secret')}
        secret={create.data.key}
        onClose={onClose}
      >
        <Text size="sm">{t('useIt')}</Text>
        <Code block className={classes['example'] ?? ''}>
          {`curl -H "Authorization: Bearer $KEY" ${location.origin}/api/v1/me`}
        </Code>
      </SecretDialog>
    );
  }
  const faults = fieldErrors(create.error);
  return (
    <FormDialog
      title={t('createTitle', { tenant: tenant.name })}
      size="lg"
      act={t('createIt')}
      ready={name.trim() !== '' && !(reach === 'some' && chosen.length === 0)}
      pending={create.isPending}
      error={faults === null ? create.error : null}
      onSubmit={() => create.mutate()}
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
      <NativeSelect
        label={t('life')}
        value={life}
        onChange={(event) => setLife(event.currentTarget.value as typeof life)}
        data={lives.map(({ label }) => ({ value: label, label: t(label) }))}
      />
      <Radio.Group label={t('scopes')} value={reach} onChange={setReach}>
        <Stack mt={6} gap="xs">
          <Radio value="all" label={t('everything')} description={t('everythingWhy')} />
          <Radio value="some" label={t('some')} description={t('someWhy')} />
        </Stack>
      </Radio.Group>
      {reach === 'some' && (
        <Checkbox.Group
          aria-label={t('some')}
          value={chosen}
          error={faults?.['modules']}
          onChange={setChosen}
        >
          <SimpleGrid cols={{ base: 1, xs: 2, sm: 3 }} spacing="xs">
            {modules.map((module) => (
              <Checkbox key={module} value={module} label={moduleName(module)} />
            ))}
          </SimpleGrid>
        </Checkbox.Group>
      )}
    </FormDialog>
  );
}

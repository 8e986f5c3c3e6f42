import '@mantine/core/styles/Fieldset.css';
import '@mantine/core/styles/SimpleGrid.css';
import { Button, Checkbox, Fieldset, Group, Stack } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { answer, api, ifMatch } from '../../api/client.js';
import { hasCode } from '../../api/problem.js';
import type { Tenant } from '../../api/schema.js';
import { useTexts } from '../../i18n/texts.js';
import { ErrorNotice } from '../../parts/error-notice.js';
import { useFieldErrors } from '../../parts/form-errors.js';
import {
  BillingFields,
  CompanyAddress,
  ContactFields,
  DefaultsFields,
  NewUserFields,
} from '../../parts/tenant-form/sections.js';
import { changedDetails, valuesOf, type TenantValues } from '../../parts/tenant-form/values.js';
import { toast } from '../../parts/toasts.js';
import { useMay } from '../../shell/me.js';
import { TenantConflict } from './tenant-conflict.js';
import { texts } from './texts.js';

/** Who the tenant is, and what its new cameras and users begin with. Saves only what was changed. */
export function Profile({ tenant }: { tenant: Tenant }) {
  const t = useTexts(texts);
  const fieldErrors = useFieldErrors();
  const client = useQueryClient();
  const mayManage = useMay('manage');
  const [read, setRead] = useState(tenant);
  const [theirs, setTheirs] = useState<Tenant | null>(null);
  const [toExisting, setToExisting] = useState(false);
  const form = useForm<TenantValues>({ initialValues: valuesOf(tenant) });
  const changes = changedDetails(valuesOf(read), form.values);
  const count = Object.keys(changes).length;

  const save = useMutation({
    mutationFn: (version: number) =>
      answer(
        api.PATCH('/api/v1/tenants/{id}', {
          params: { path: { id: read.id } },
          headers: ifMatch(version),
          body: { ...changes, applyTo: toExisting ? 'existing' : 'new' },
        }),
      ),
    onSuccess: (now) => {
      setRead(now);
      setTheirs(null);
      form.setValues(valuesOf(now));
      toast({ message: t('saved') });
      void client.invalidateQueries({ queryKey: ['tenants'] });
    },
    onError: async (error) => {
      form.setErrors(fieldErrors(error) ?? {});
      if (!hasCode(error, 'precondition_failed')) return;
      setTheirs(await answer(api.GET('/api/v1/tenants/{id}', { params: { path: { id: read.id } } })));
    },
  });
  const untold =
    save.error !== null && fieldErrors(save.error) === null && !hasCode(save.error, 'precondition_failed');

  return (
    <form
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        save.mutate(read.version);
      }}
    >
      <Stack maw={860}>
        <Fieldset legend={t('contact')} disabled={!mayManage}>
          <ContactFields form={form} />
        </Fieldset>
        <Fieldset legend={t('address')} disabled={!mayManage}>
          <CompanyAddress form={form} />
        </Fieldset>
        {tenant.kind === 'customer' && (
          <>
            <Fieldset legend={t('defaults')} disabled={!mayManage}>
              <DefaultsFields form={form} />
              {changes.recordingDefaults !== undefined && (
                <Checkbox
                  mt="sm"
                  label={t('toExisting')}
                  checked={toExisting}
                  onChange={(event) => setToExisting(event.currentTarget.checked)}
                />
              )}
            </Fieldset>
            <Fieldset legend={t('newUsers')} disabled={!mayManage}>
              <NewUserFields form={form} />
            </Fieldset>
          </>
        )}
        <Fieldset legend={t('billing')} disabled={!mayManage}>
          <BillingFields form={form} />
        </Fieldset>
        {untold && <ErrorNotice error={save.error} />}
        {mayManage && (
          <Group>
            <Button type="submit" disabled={count === 0} loading={save.isPending}>
              {t('save')}
            </Button>
            {count > 0 && (
              <Button variant="default" onClick={() => form.setValues(valuesOf(read))}>
                {t('discard')}
              </Button>
            )}
          </Group>
        )}
      </Stack>
      {theirs !== null && (
        <TenantConflict
          read={read}
          theirs={theirs}
          mine={form.values}
          pending={save.isPending}
          onTakeTheirs={() => {
            setRead(theirs);
            form.setValues(valuesOf(theirs));
            setTheirs(null);
          }}
          onSaveMine={() => save.mutate(theirs.version)}
          onClose={() => setTheirs(null)}
        />
      )}
    </form>
  );
}

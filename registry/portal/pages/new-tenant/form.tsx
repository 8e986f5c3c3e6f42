import '@mantine/core/styles/SimpleGrid.css';
import { Button, Group, Stack, Text } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import type { Tenant } from '../../api/schema.js';
import { useTexts } from '../../i18n/texts.js';
import { ErrorNotice } from '../../parts/error-notice.js';
import { LinkDialog } from '../../parts/people/link-dialog.js';
import {
  BillingFields,
  CompanyAddress,
  ContactFields,
  DefaultsFields,
  NewUserFields,
} from '../../parts/tenant-form/sections.js';
import { newTenantValues, type TenantValues } from '../../parts/tenant-form/values.js';
import { toast } from '../../parts/toasts.js';
import { FirstUserFields, noUser, type FirstUser } from './first-user.js';
import { FormSection } from './form-section.js';
import type { NewKind } from './route.js';
import { SameName } from './same-name.js';
import { texts } from './texts.js';
import { useCreation } from './use-creation.js';

export function NewTenantForm({ parent, kind }: { parent: Tenant; kind: NewKind }) {
  const t = useTexts(texts);
  const navigate = useNavigate();
  const form = useForm<TenantValues>({ initialValues: newTenantValues });
  const [user, setUser] = useState<FirstUser>(noUser);
  const [toCameras, setToCameras] = useState(false);
  const [link, setLink] = useState<string | null>(null);

  const leave = (made: Tenant) => {
    toast({ message: t('created', { name: made.name }) });
    if (toCameras) {
      void navigate({
        to: '/o/$tenantId/cameras',
        params: { tenantId: parent.id },
        search: { state: 'unassigned' },
      });
    } else {
      void navigate({ to: '/o/$tenantId/account', params: { tenantId: made.id }, search: {} });
    }
  };
  const creation = useCreation({
    parentId: parent.id,
    kind,
    onDone: (made, shownLink) => (shownLink === null ? leave(made) : setLink(shownLink)),
    onFaults: (faults) => form.setErrors(faults),
  });
  const { made } = creation;
  const create = (next: { toCameras: boolean }) => {
    setToCameras(next.toCameras);
    creation.run({ values: form.values, user });
  };
  return (
    <form
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        create({ toCameras: false });
      }}
    >
      <Stack maw={860} gap="sm">
        <fieldset disabled={made !== null} style={{ border: 0, margin: 0, padding: 0 }}>
          <Stack gap="sm">
            <FormSection title={t('contact')} opened>
              <ContactFields form={form} autoFocus />
              <SameName parentId={parent.id} name={form.values.name} />
              <CompanyAddress form={form} />
            </FormSection>
            {kind === 'customer' && (
              <FormSection title={t('defaults')} why={t('defaultsWhy')}>
                <DefaultsFields form={form} />
                <NewUserFields form={form} />
              </FormSection>
            )}
            <FormSection title={t('billing')} why={t('billingWhy')}>
              <BillingFields form={form} />
            </FormSection>
          </Stack>
        </fieldset>
        <FormSection title={t('firstUser')} why={t('firstUserWhy')} opened={user.wanted}>
          <FirstUserFields value={user} onChange={setUser} errors={creation.userFaults} />
        </FormSection>
        {made !== null && creation.error !== null && (
          <Text role="status">{t('createdButNoUser', { name: made.name })}</Text>
        )}
        {creation.error !== null && <ErrorNotice error={creation.error} />}
        <Group>
          <Button type="submit" loading={creation.pending && !toCameras}>
            {t(made !== null ? 'createUser' : kind === 'customer' ? 'createCustomer' : 'createIntegrator')}
          </Button>
          {made === null && kind === 'customer' && (
            <Button
              variant="default"
              loading={creation.pending && toCameras}
              onClick={() => create({ toCameras: true })}
            >
              {t('createAndCameras')}
            </Button>
          )}
          {made !== null && (
            <Button variant="default" onClick={() => leave(made)}>
              {t('withoutUser')}
            </Button>
          )}
        </Group>
      </Stack>
      <LinkDialog
        link={link}
        name={user.name}
        onClose={() => {
          setLink(null);
          if (made !== null) leave(made);
        }}
      />
    </form>
  );
}

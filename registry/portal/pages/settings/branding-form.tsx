import '@mantine/core/styles/Fieldset.css';
import '@mantine/core/styles/SimpleGrid.css';
import { Button, Fieldset, Group, SimpleGrid, Stack, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { answer, api, ifMatch } from '../../api/client.js';
import { hasCode } from '../../api/problem.js';
import type { Branding } from '../../api/schema.js';
import { useTexts } from '../../i18n/texts.js';
import { ErrorNotice } from '../../parts/error-notice.js';
import { useFieldErrors } from '../../parts/form-errors.js';
import { toast } from '../../parts/toasts.js';
import { lookKey } from '../../shell/look.js';
import { useMay, useMe } from '../../shell/me.js';
import { useTenantId } from '../../shell/scope.js';
import { BrandingConflict } from './branding-conflict.js';
import { changesOf, valuesOf, type BrandingValues } from './branding-values.js';
import { ColorField, useBrandColor } from './color-field.js';
import { ImageField } from './image-field.js';
import { Preview } from './preview.js';
import { texts } from './texts.js';

const productIcon = '/icon.svg';

/** Name, images, colour and contact; what is left empty is inherited and stands there greyed. */
export function BrandingForm({ branding }: { branding: Branding }) {
  const t = useTexts(texts);
  const fieldErrors = useFieldErrors();
  const client = useQueryClient();
  const tenantId = useTenantId();
  const mayManage = useMay('manage');
  const ofPlatform = useMe().memberships.some(({ tenant }) => tenant.kind === 'platform');
  const [read, setRead] = useState(branding);
  const [theirs, setTheirs] = useState<Branding | null>(null);
  const form = useForm<BrandingValues>({ initialValues: valuesOf(branding.own) });
  const { values, errors } = form;
  const changes = changesOf(read.own, values);
  const unchanged = Object.keys(changes).length === 0;
  const { inherited } = read;
  const tried = useBrandColor(values.primaryColor === '' ? inherited.primaryColor : values.primaryColor);
  const begin = (at: Branding) => {
    setRead(at);
    setTheirs(null);
    form.setValues(valuesOf(at.own));
  };

  const path = { id: tenantId };
  const save = useMutation({
    mutationFn: (version: number) =>
      answer(
        api.PATCH('/api/v1/tenants/{id}/branding', {
          params: { path },
          headers: ifMatch(version),
          body: changes,
        }),
      ),
    onSuccess: (now) => {
      begin(now);
      client.setQueryData(['tenants', tenantId, 'branding'], now);
      toast({ message: t('saved') });
      void client.invalidateQueries({ queryKey: lookKey });
    },
    onError: async (error) => {
      form.setErrors(fieldErrors(error) ?? {});
      if (hasCode(error, 'precondition_failed'))
        setTheirs(await answer(api.GET('/api/v1/tenants/{id}/branding', { params: { path } })));
    },
  });
  const untold =
    save.error !== null && fieldErrors(save.error) === null && !hasCode(save.error, 'precondition_failed');
  const errorOf = (field: string): string | null => (errors[field] as string | undefined) ?? null;

  return (
    <form
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        save.mutate(read.version);
      }}
    >
      <Fieldset variant="unstyled" disabled={!mayManage}>
        <Stack>
          <SimpleGrid cols={{ base: 1, sm: 2 }}>
            <TextInput
              label={t('name')}
              description={t('nameWhat')}
              placeholder={inherited.name}
              {...form.getInputProps('name')}
            />
            <TextInput
              label={t('mailSender')}
              description={t('mailSenderWhat')}
              placeholder={values.name}
              {...form.getInputProps('mailSender')}
            />
            <ImageField
              label={t('logo')}
              hint={t('imageWhat')}
              value={values.logo}
              inherited={inherited.logo ?? productIcon}
              error={errorOf('logo')}
              onChange={(logo) => form.setFieldValue('logo', logo)}
            />
            <ImageField
              label={t('favicon')}
              hint={t('faviconWhat')}
              value={values.favicon}
              inherited={inherited.favicon ?? productIcon}
              error={errorOf('favicon')}
              onChange={(favicon) => form.setFieldValue('favicon', favicon)}
            />
          </SimpleGrid>
          <ColorField
            value={values.primaryColor}
            inherited={inherited.primaryColor}
            tried={tried}
            error={errorOf('primaryColor')}
            onChange={(color) => form.setFieldValue('primaryColor', color)}
          />
          {tried !== undefined && (
            <Preview
              name={values.name.trim() === '' ? inherited.name : values.name}
              logo={values.logo ?? inherited.logo ?? productIcon}
              color={tried}
            />
          )}
          <Fieldset legend={t('support')}>
            <SimpleGrid cols={{ base: 1, sm: 3 }}>
              <TextInput
                label={t('supportEmail')}
                type="email"
                placeholder={inherited.support.email ?? ''}
                {...form.getInputProps('support.email')}
              />
              <TextInput
                label={t('supportPhone')}
                type="tel"
                placeholder={inherited.support.phone ?? ''}
                {...form.getInputProps('support.phone')}
              />
              <TextInput
                label={t('supportUrl')}
                type="url"
                placeholder={inherited.support.url ?? 'https://'}
                {...form.getInputProps('support.url')}
              />
            </SimpleGrid>
          </Fieldset>
          <TextInput
            label={t('host')}
            description={ofPlatform ? t('hostWhat') : t('hostByPlatform')}
            placeholder="cams.example.com"
            disabled={!ofPlatform}
            {...form.getInputProps('host')}
          />
          {untold && <ErrorNotice error={save.error} />}
          {mayManage && (
            <Group>
              <Button type="submit" disabled={unchanged} loading={save.isPending}>
                {t('save')}
              </Button>
              {!unchanged && (
                <Button variant="default" onClick={() => begin(read)}>
                  {t('discard')}
                </Button>
              )}
            </Group>
          )}
        </Stack>
      </Fieldset>
      {theirs !== null && (
        <BrandingConflict
          read={read.own}
          theirs={theirs.own}
          mine={values}
          pending={save.isPending}
          onTakeTheirs={() => begin(theirs)}
          onSaveMine={() => save.mutate(theirs.version)}
          onClose={() => setTheirs(null)}
        />
      )}
    </form>
  );
}

import { Button, Group, NativeSelect, Stack, Text, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { answer, api } from '../../api/client.js';
import { useFormats } from '../../i18n/formats.js';
import { useTexts } from '../../i18n/texts.js';
import { Copy } from '../copy.js';
import { Dialog } from '../dialog.js';
import { DialogActs } from '../dialog-acts.js';
import { ErrorNotice } from '../error-notice.js';
import { useFieldErrors } from '../form-errors.js';
import { texts } from './texts.js';

const hours = [1, 24, 168, 720];

type Shared = { clipId: string } | { cameraId: string };

/** A link for somebody without an account; its address is shown once. */
export function ShareForm({
  what,
  forName,
  onClose,
}: {
  what: Shared;
  forName: string;
  onClose: () => void;
}) {
  const t = useTexts(texts);
  const fieldErrors = useFieldErrors();
  const { time } = useFormats();
  const client = useQueryClient();
  const [name, setName] = useState(forName);
  const [expiresInHours, setHours] = useState(168);
  const [password, setPassword] = useState('');
  const make = useMutation({
    mutationFn: () =>
      answer(
        api.POST('/api/v1/share-links', {
          body: { ...what, name, expiresInHours, ...(password === '' ? {} : { password }) },
        }),
      ),
    onSuccess: () => client.invalidateQueries({ queryKey: ['share-links'] }),
  });
  const faults = fieldErrors(make.error);
  if (make.data !== undefined) {
    const { url, expiresAt } = make.data;
    return (
      <Stack>
        <TextInput
          label={t('link')}
          description={t('linkOnce', { until: time(expiresAt) })}
          value={url}
          readOnly
          onFocus={(event) => event.currentTarget.select()}
          data-autofocus
        />
        <DialogActs>
          <Copy value={url} label={t('copyLink')} />
          <Button onClick={onClose}>{t('done')}</Button>
        </DialogActs>
      </Stack>
    );
  }
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        make.mutate();
      }}
    >
      <Stack>
        <Text size="sm">{t('clipId' in what ? 'shareClipWhat' : 'shareLiveWhat')}</Text>
        <TextInput
          label={t('forWhom')}
          description={t('forWhomHint')}
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
          error={faults?.['name']}
          maxLength={200}
          data-autofocus
        />
        <Group grow align="flex-end">
          <NativeSelect
            label={t('validFor')}
            value={String(expiresInHours)}
            onChange={(event) => setHours(Number(event.currentTarget.value))}
            data={hours.map((count) => ({
              value: String(count),
              label: count < 24 ? t('hours', { count }) : t('days', { count: count / 24 }),
            }))}
          />
          <TextInput
            label={t('password')}
            placeholder={t('noPassword')}
            value={password}
            onChange={(event) => setPassword(event.currentTarget.value)}
            error={faults?.['password']}
            autoComplete="off"
            spellCheck={false}
          />
        </Group>
        {make.error !== null && faults === null && <ErrorNotice error={make.error} />}
        <DialogActs>
          <Button variant="default" onClick={onClose}>
            {t('cancel')}
          </Button>
          <Button type="submit" loading={make.isPending} disabled={name.trim() === ''}>
            {t('makeLink')}
          </Button>
        </DialogActs>
      </Stack>
    </form>
  );
}

export function ShareDialog({
  what,
  forName,
  onClose,
}: {
  what: Shared;
  forName: string;
  onClose: () => void;
}) {
  const t = useTexts(texts);
  return (
    <Dialog opened onClose={onClose} title={t('shareTitle', { name: forName })} size="lg">
      <ShareForm what={what} forName={forName} onClose={onClose} />
    </Dialog>
  );
}

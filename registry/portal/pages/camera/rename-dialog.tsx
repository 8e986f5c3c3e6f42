import { Button, Group, Stack, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { answer, api, ifMatch } from '../../api/client.js';
import type { Camera } from '../../api/schema.js';
import { useTexts } from '../../i18n/texts.js';
import { Dialog } from '../../parts/dialog.js';
import { ErrorNotice } from '../../parts/error-notice.js';
import { fieldErrors } from '../../parts/form-errors.js';
import { cameraQuery } from './queries.js';
import { texts } from './texts.js';

export function RenameDialog({ camera, onClose }: { camera: Camera; onClose: () => void }) {
  const t = useTexts(texts);
  const client = useQueryClient();
  const [name, setName] = useState(camera.name);
  const rename = useMutation({
    mutationFn: () =>
      answer(
        api.PATCH('/api/v1/cameras/{id}', {
          params: { path: { id: camera.id } },
          headers: ifMatch(camera.version),
          body: { name: name.trim() },
        }),
      ),
    onSuccess: (now) => {
      client.setQueryData(cameraQuery(camera.id).queryKey, now);
      void client.invalidateQueries({ queryKey: ['cameras'] });
      onClose();
    },
  });
  const faults = fieldErrors(rename.error);
  return (
    <Dialog opened onClose={onClose} title={t('rename')}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          rename.mutate();
        }}
      >
        <Stack>
          <TextInput
            label={t('name')}
            value={name}
            onChange={(event) => setName(event.currentTarget.value)}
            error={faults?.['name']}
            maxLength={200}
            autoComplete="off"
            data-autofocus
          />
          {rename.error !== null && faults === null && <ErrorNotice error={rename.error} />}
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              {t('cancel')}
            </Button>
            <Button
              type="submit"
              loading={rename.isPending}
              disabled={name.trim() === '' || name.trim() === camera.name}
            >
              {t('saveName')}
            </Button>
          </Group>
        </Stack>
      </form>
    </Dialog>
  );
}

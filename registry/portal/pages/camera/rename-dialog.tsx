import { TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { answer, api, ifMatch } from '../../api/client.js';
import type { Camera } from '../../api/schema.js';
import { useTexts } from '../../i18n/texts.js';
import { FormDialog } from '../../parts/form-dialog.js';
import { useFieldErrors } from '../../parts/form-errors.js';
import { cameraQuery } from './queries.js';
import { texts } from './texts.js';

export function RenameDialog({ camera, onClose }: { camera: Camera; onClose: () => void }) {
  const t = useTexts(texts);
  const fieldErrors = useFieldErrors();
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
    <FormDialog
      title={t('rename')}
      act={t('saveName')}
      ready={name.trim() !== '' && name.trim() !== camera.name}
      pending={rename.isPending}
      error={faults === null ? rename.error : null}
      onSubmit={() => rename.mutate()}
      onClose={onClose}
    >
      <TextInput
        label={t('name')}
        value={name}
        onChange={(event) => setName(event.currentTarget.value)}
        error={faults?.['name']}
        maxLength={200}
        autoComplete="off"
        data-autofocus
      />
    </FormDialog>
  );
}

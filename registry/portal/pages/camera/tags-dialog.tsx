import '@mantine/core/styles/Pill.css';
import '@mantine/core/styles/PillsInput.css';
import { Button, Group, Stack, TagsInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { answer, api } from '../../api/client.js';
import type { Camera } from '../../api/schema.js';
import { useTexts } from '../../i18n/texts.js';
import { Dialog } from '../../parts/dialog.js';
import { ErrorNotice } from '../../parts/error-notice.js';
import { texts } from './texts.js';

/** Words to find a camera by. */
export function TagsDialog({ camera, onClose }: { camera: Camera; onClose: () => void }) {
  const t = useTexts(texts);
  const client = useQueryClient();
  const [tags, setTags] = useState(camera.tags);
  const add = tags.filter((tag) => !camera.tags.includes(tag));
  const remove = camera.tags.filter((tag) => !tags.includes(tag));
  const save = useMutation({
    mutationFn: () =>
      answer(api.POST('/api/v1/cameras:tag', { body: { ids: [camera.id], add, remove, atomic: true } })),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: ['cameras'] });
      onClose();
    },
  });
  return (
    <Dialog opened onClose={onClose} title={t('tagsOf', { name: camera.name })}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          save.mutate();
        }}
      >
        <Stack>
          <TagsInput
            label={t('tags')}
            description={t('tagsHint')}
            value={tags}
            onChange={setTags}
            maxTags={20}
            data-autofocus
          />
          {save.error !== null && <ErrorNotice error={save.error} />}
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              {t('cancel')}
            </Button>
            <Button type="submit" loading={save.isPending} disabled={add.length + remove.length === 0}>
              {t('saveTags')}
            </Button>
          </Group>
        </Stack>
      </form>
    </Dialog>
  );
}

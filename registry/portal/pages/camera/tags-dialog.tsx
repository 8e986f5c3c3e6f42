import '@mantine/core/styles/Pill.css';
import '@mantine/core/styles/PillsInput.css';
import { TagsInput } from '@mantine/core';
import { useState } from 'react';
import { answer, api } from '../../api/client.js';
import type { Camera } from '../../api/schema.js';
import { useTexts } from '../../i18n/texts.js';
import { useAct } from '../../parts/act.js';
import { FormDialog } from '../../parts/form-dialog.js';
import { texts } from './texts.js';

/** Words to find a camera by. */
export function TagsDialog({ camera, onClose }: { camera: Camera; onClose: () => void }) {
  const t = useTexts(texts);
  const [tags, setTags] = useState(camera.tags);
  const add = tags.filter((tag) => !camera.tags.includes(tag));
  const remove = camera.tags.filter((tag) => !tags.includes(tag));
  const save = useAct(
    () => answer(api.POST('/api/v1/cameras:tag', { body: { ids: [camera.id], add, remove, atomic: true } })),
    { stale: ['cameras'], onDone: onClose },
  );
  return (
    <FormDialog
      title={t('tagsOf', { name: camera.name })}
      act={t('saveTags')}
      ready={add.length + remove.length !== 0}
      pending={save.isPending}
      error={save.error}
      onSubmit={() => save.mutate()}
      onClose={onClose}
    >
      <TagsInput
        label={t('tags')}
        description={t('tagsHint')}
        value={tags}
        onChange={setTags}
        maxTags={20}
        data-autofocus
      />
    </FormDialog>
  );
}

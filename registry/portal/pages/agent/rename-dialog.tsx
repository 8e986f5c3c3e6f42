import { TextInput } from '@mantine/core';
import { useState } from 'react';
import type { Agent } from '../../api/schema.js';
import { useTexts } from '../../i18n/texts.js';
import { FormDialog } from '../../parts/form-dialog.js';
import { changeAgent, useAgentAct } from './queries.js';
import { texts } from './texts.js';

export function RenameDialog({ agent, onClose }: { agent: Agent; onClose: () => void }) {
  const t = useTexts(texts);
  const [name, setName] = useState(agent.name);
  const rename = useAgentAct(() => changeAgent(agent, { name: name.trim() }), onClose);
  return (
    <FormDialog
      title={t('renameTitle', { name: agent.name })}
      act={t('renameIt')}
      ready={name.trim() !== '' && name.trim() !== agent.name}
      pending={rename.isPending}
      error={rename.error}
      onSubmit={() => rename.mutate(undefined)}
      onClose={onClose}
    >
      <TextInput
        label={t('name')}
        value={name}
        maxLength={200}
        autoComplete="off"
        data-autofocus
        onChange={(event) => setName(event.currentTarget.value)}
      />
    </FormDialog>
  );
}

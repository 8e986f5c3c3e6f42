import { Button, Group, Stack, TextInput } from '@mantine/core';
import { useState } from 'react';
import type { Agent } from '../../api/schema.js';
import { useTexts } from '../../i18n/texts.js';
import { Dialog } from '../../parts/dialog.js';
import { ErrorNotice } from '../../parts/error-notice.js';
import { changeAgent, useAgentAct } from './queries.js';
import { texts } from './texts.js';

export function RenameDialog({ agent, onClose }: { agent: Agent; onClose: () => void }) {
  const t = useTexts(texts);
  const [name, setName] = useState(agent.name);
  const rename = useAgentAct(() => changeAgent(agent, { name: name.trim() }), onClose);
  return (
    <Dialog opened onClose={onClose} title={t('renameTitle', { name: agent.name })}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          rename.mutate(undefined);
        }}
      >
        <Stack>
          <TextInput
            label={t('name')}
            value={name}
            maxLength={200}
            autoComplete="off"
            data-autofocus
            onChange={(event) => setName(event.currentTarget.value)}
          />
          {rename.error !== null && <ErrorNotice error={rename.error} />}
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              {t('cancel')}
            </Button>
            <Button
              type="submit"
              loading={rename.isPending}
              disabled={name.trim() === '' || name.trim() === agent.name}
            >
              {t('renameIt')}
            </Button>
          </Group>
        </Stack>
      </form>
    </Dialog>
  );
}

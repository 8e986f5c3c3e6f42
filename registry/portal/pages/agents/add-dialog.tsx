import { Button, Code, Group, Stack, Text, TextInput } from '@mantine/core';
import { IconCircle, IconCircleCheckFilled } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { useCallback, useState, type ReactNode } from 'react';
import { useTexts } from '../../i18n/texts.js';
import type { LiveEvent } from '../../live/feed.js';
import { useLiveEvents } from '../../live/live.js';
import { Copy } from '../../parts/copy.js';
import { Dialog } from '../../parts/dialog.js';
import { useTenantId } from '../../shell/scope.js';
import classes from './agents.module.css';
import { useAgent } from './queries.js';
import { texts } from './texts.js';

/** What to do at the box and here; goes on by itself as the box is let in, heard, and finds cameras. */
export function AddDialog({ opened, onClose }: { opened: boolean; onClose: () => void }) {
  const t = useTexts(texts);
  return (
    <Dialog opened={opened} onClose={onClose} title={t('add')} size="lg">
      <Steps />
    </Dialog>
  );
}

/** Mounted only while the dialog is open: what came before does not count. */
function Steps() {
  const t = useTexts(texts);
  const tenantId = useTenantId();
  const [agentId, setAgentId] = useState<string | null>(null);
  useLiveEvents(
    useCallback((events: readonly LiveEvent[]) => {
      const letIn = events.find(({ type }) => type === 'agent.approved');
      if (letIn?.subject !== undefined) setAgentId(letIn.subject);
    }, []),
  );
  const agent = useAgent(agentId).data;
  const heard = agent !== undefined && agent.lastHeardAt !== null;
  const cameras = agent?.cameras ?? 0;
  return (
    <ol className={classes['steps']}>
      <Step title={t('install')} done={agent !== undefined}>
        <Text size="sm" c="dimmed">
          {t('installWhy')}
        </Text>
        <Command command={`curl -fsSL ${location.origin}/install | sudo sh`} />
      </Step>
      <Step
        title={agent === undefined ? t('letIn') : t('isLetIn', { name: agent.name })}
        done={agent !== undefined}
      >
        {agent === undefined && <CodeForm />}
      </Step>
      <Step title={heard ? t('isHeard') : t('hello')} done={heard} />
      <Step title={cameras === 0 ? t('noCamerasYet') : t('found', { count: cameras })} done={cameras > 0}>
        {cameras > 0 && agent !== undefined && (
          <Button
            renderRoot={(props) => (
              <Link to="/o/$tenantId/cameras" params={{ tenantId }} search={{ agent: agent.id }} {...props} />
            )}
          >
            {t('showCameras')}
          </Button>
        )}
      </Step>
    </ol>
  );
}

function Step({ title, done, children }: { title: string; done: boolean; children?: ReactNode }) {
  const t = useTexts(texts);
  return (
    <li className={classes['step']}>
      {done ? (
        <IconCircleCheckFilled size={24} className={classes['done']} role="img" aria-label={t('done')} />
      ) : (
        <IconCircle size={24} className={classes['open']} role="img" aria-label={t('notDone')} />
      )}
      <Stack gap="xs" className={classes['stepBody'] ?? ''}>
        <Text fw={600} size="sm" aria-live="polite">
          {title}
        </Text>
        {children}
      </Stack>
    </li>
  );
}

function Command({ command }: { command: string }) {
  const t = useTexts(texts);
  return (
    <Group gap="xs" align="center">
      <Code className={classes['command'] ?? ''}>{command}</Code>
      <Copy value={command} label={t('copy')} size="xs" />
    </Group>
  );
}

/** Leads to the page that compares the words and lets the box in, in a tab of its own: this one goes on. */
function CodeForm() {
  const t = useTexts(texts);
  return (
    <form action="/e" target="_blank">
      <Group gap="xs" align="flex-end">
        <TextInput
          name="code"
          label={t('code')}
          required
          maxLength={40}
          autoComplete="off"
          autoCapitalize="characters"
          spellCheck={false}
          className={classes['code'] ?? ''}
        />
        <Button type="submit">{t('look')}</Button>
      </Group>
    </form>
  );
}

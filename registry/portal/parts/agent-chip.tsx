import { IconCircleFilled, IconClock, IconPlayerStop, IconPlugConnectedX } from '@tabler/icons-react';
import type { Agent } from '../api/schema.js';
import { useTexts } from '../i18n/texts.js';
import { texts } from './agent-texts.js';
import { Chip } from './chip.js';

/** Whether the registry hears a box, in one word. */
export function AgentChip({ agent: { ending, lastHeardAt, presence } }: { agent: Agent }) {
  const t = useTexts(texts);
  if (ending !== null)
    return (
      <Chip tone="plain" icon={<IconPlayerStop size={15} aria-hidden />}>
        {t(ending)}
      </Chip>
    );
  if (lastHeardAt === null || presence === 'unknown')
    return (
      <Chip tone="info" icon={<IconClock size={15} aria-hidden />}>
        {t('waiting')}
      </Chip>
    );
  if (presence === 'online')
    return (
      <Chip tone="good" icon={<IconCircleFilled size={10} aria-hidden />}>
        {t('online')}
      </Chip>
    );
  return (
    <Chip tone="bad" icon={<IconPlugConnectedX size={15} aria-hidden />}>
      {t('offline')}
    </Chip>
  );
}

import { Text } from '@mantine/core';
import {
  IconAlertTriangle,
  IconCircleCheck,
  IconInbox,
  IconKey,
  IconPlugConnectedX,
  IconVideoOff,
  type Icon,
} from '@tabler/icons-react';
import { useFormats } from '../../i18n/formats.js';
import { useTexts } from '../../i18n/texts.js';
import { Empty } from '../../parts/page-states.js';
import { useAttentionWords } from './attention-words.js';
import { FixButton } from './fix-button.js';
import classes from './home.module.css';
import type { Attention } from './queries.js';
import { Section } from './section.js';
import { texts } from './texts.js';

const icons: Readonly<Record<Attention['kind'], Icon>> = {
  stop_unconfirmed: IconAlertTriangle,
  agent_conflict: IconAlertTriangle,
  camera_conflict: IconAlertTriangle,
  agent_offline: IconPlugConnectedX,
  not_recording: IconVideoOff,
  camera_missing: IconVideoOff,
  needs_login: IconKey,
  operation_failed: IconAlertTriangle,
  inbox: IconInbox,
};

/** One line per root cause, the most urgent first, each with what to do about it (R50). */
export function AttentionList({ items, total }: { items: readonly Attention[]; total: number }) {
  const t = useTexts(texts);
  const { ago, number } = useFormats();
  const words = useAttentionWords();
  return (
    <Section
      title={t('attention')}
      {...(total > items.length
        ? { note: t('attentionOf', { shown: items.length, total: number(total) }) }
        : {})}
    >
      {items.length === 0 ? (
        <Empty icon={<IconCircleCheck size={40} stroke={1.2} aria-hidden />} title={t('allWell')}>
          {t('allWellWhy')}
        </Empty>
      ) : (
        <ul className={classes['lines']}>
          {items.map((item) => {
            const { kind, sentence, since, target } = item;
            const KindIcon = icons[kind];
            return (
              <li key={`${kind} ${target.id} ${sentence}`} className={classes['line']}>
                <KindIcon
                  size={20}
                  stroke={1.7}
                  className={classes[kind === 'inbox' ? 'calm' : 'urgent'] ?? ''}
                  aria-hidden
                />
                <div className={`${classes['words']} ${classes['sentence']}`}>
                  <Text size="sm">{words(item)}</Text>
                  {since !== null && (
                    <Text size="xs" c="dimmed">
                      {ago(since)}
                    </Text>
                  )}
                </div>
                <FixButton item={item} />
              </li>
            );
          })}
        </ul>
      )}
    </Section>
  );
}

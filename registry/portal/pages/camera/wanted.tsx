import { Text } from '@mantine/core';
import { IconArrowRight, IconCheck, IconEqualNot } from '@tabler/icons-react';
import type { Camera } from '../../api/schema.js';
import { useFormats } from '../../i18n/formats.js';
import { useTexts } from '../../i18n/texts.js';
import { Card } from '../../parts/card.js';
import { Chip } from '../../parts/chip.js';
import classes from './camera.module.css';
import { useCameraLine } from '../../parts/status-words.js';
import { texts } from './texts.js';
import { because, reportedIs } from './words.js';

const working = ['recording', 'starting', 'retrying'] as const;

/** What the registry wants and what the box says is so, side by side (R19). */
export function WantedAndSo({ camera }: { camera: Camera }) {
  const { desired, reported, agent } = camera;
  const t = useTexts(texts);
  const line = useCameraLine();
  const { ago } = useFormats();
  const works = reported !== null && working.some((state) => state === reported.state);
  // A recorder that tries is on its way to what is wanted, not there; what a box said before it fell silent is old.
  const heard = agent.presence === 'online';
  const agrees = heard && (desired.record ? reported?.state === 'recording' : !works);
  return (
    <Card
      id="wanted"
      title={t('wantedAndSo')}
      action={
        agrees ? (
          <Chip tone="good" icon={<IconCheck size={14} aria-hidden />}>
            {t('agrees')}
          </Chip>
        ) : (
          <Chip tone="warn" icon={<IconEqualNot size={14} aria-hidden />}>
            {t(heard ? 'differs' : 'notHeard')}
          </Chip>
        )
      }
    >
      <div className={classes['both']}>
        <div>
          <Text size="xs" c="dimmed">
            {t('wanted')}
          </Text>
          <Text fw={600}>{desired.record ? t('wantsRecording') : t('wantsNone')}</Text>
          <Text size="sm" c="dimmed">
            {t(because[desired.reason])}
          </Text>
        </div>
        <IconArrowRight size={20} aria-hidden className={classes['between']} />
        <div>
          <Text size="xs" c="dimmed">
            {t(heard ? 'soSays' : 'saidLast', { box: agent.name })}
          </Text>
          <Text fw={600}>{reported === null ? t('saidNothing') : t(reportedIs[reported.state])}</Text>
          <Text size="sm" c="dimmed">
            {[reported?.detail ?? null, reported?.since ? t('since', { ago: ago(reported.since) }) : null]
              .filter((part) => part !== null)
              .join(' · ')}
          </Text>
        </div>
      </div>
      {!agrees && <Text size="sm">{line(camera)}</Text>}
    </Card>
  );
}

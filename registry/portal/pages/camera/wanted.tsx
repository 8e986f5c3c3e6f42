import { Text } from '@mantine/core';
import type { Camera } from '../../api/schema.js';
import { useFormats } from '../../i18n/formats.js';
import { useTexts } from '../../i18n/texts.js';
import { useReasonWords } from '../../parts/reason-words.js';
import { useCameraLine } from '../../parts/status-words.js';
import { WantedCard } from '../../parts/wanted-card.js';
import { texts } from './texts.js';
import { because, reportedIs } from './words.js';

const working = ['recording', 'starting', 'retrying'] as const;

/** What the registry wants and what the box says is so, side by side (R19). */
export function WantedAndSo({ camera }: { camera: Camera }) {
  const { desired, reported, agent } = camera;
  const t = useTexts(texts);
  const line = useCameraLine();
  const reason = useReasonWords();
  const { ago } = useFormats();
  const works = reported !== null && working.some((state) => state === reported.state);
  // A recorder that tries is on its way to what is wanted, not there; what a box said before it fell silent is old.
  const heard = agent.presence === 'online';
  const agrees = heard && (desired.record ? reported?.state === 'recording' : !works);
  return (
    <WantedCard
      title={t('wantedAndSo')}
      agrees={agrees}
      word={t(agrees ? 'agrees' : heard ? 'differs' : 'notHeard')}
      steps={[
        {
          title: t('wanted'),
          says: t(desired.record ? 'wantsRecording' : 'wantsNone'),
          beside: t(because[desired.reason]),
        },
        {
          title: t(heard ? 'soSays' : 'saidLast', { box: agent.name }),
          says: t(reported === null ? 'saidNothing' : reportedIs[reported.state]),
          beside: [
            reported === null ? null : reason(reported),
            reported?.since ? t('since', { ago: ago(reported.since) }) : null,
          ]
            .filter((part) => part !== null)
            .join(' · '),
        },
      ]}
    >
      {!agrees && <Text size="sm">{line(camera)}</Text>}
    </WantedCard>
  );
}

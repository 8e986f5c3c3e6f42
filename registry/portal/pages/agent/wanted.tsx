import type { Agent } from '../../api/schema.js';
import { useFormats } from '../../i18n/formats.js';
import { useTexts } from '../../i18n/texts.js';
import { WantedCard } from '../../parts/wanted-card.js';
import { texts } from './texts.js';

type Position = Agent['accepted'];

/** A registry that was restored from a backup counts in a new epoch: positions of an older one do not reach it. */
const reaches = (position: Position, wanted: Position): boolean =>
  position.epoch === wanted.epoch && position.generation >= wanted.generation;

/** How far what the registry wants got: sent, stored by the box, in effect there (R19). */
export function WantedAndSo({ agent: { desired, accepted, applied, presence, ending } }: { agent: Agent }) {
  const t = useTexts(texts);
  const { ago } = useFormats();
  const agrees = reaches(applied, desired);
  const heard = presence === 'online' && ending === null;
  const note = (position: Position) =>
    t(reaches(position, desired) ? 'isThere' : position.generation === 0 ? 'noneYet' : 'isOlder');
  const step = (title: string, { generation }: Position, beside: string) => ({
    title,
    says: t('orders', { generation }),
    beside,
  });
  return (
    <WantedCard
      title={t('wantedAndSo')}
      agrees={agrees}
      word={t(agrees ? 'agrees' : heard ? 'onItsWay' : 'notHeard')}
      steps={[
        step(
          t('wanted'),
          desired,
          desired.since === null ? t('noneYet') : t('since', { ago: ago(desired.since) }),
        ),
        step(t('stored'), accepted, note(accepted)),
        step(t('inEffect'), applied, note(applied)),
      ]}
    />
  );
}

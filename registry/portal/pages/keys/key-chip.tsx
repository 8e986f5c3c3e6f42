import { IconCheck, IconClock, IconPlayerStop } from '@tabler/icons-react';
import type { EnrolmentToken } from '../../api/schema.js';
import { useTexts } from '../../i18n/texts.js';
import { Chip } from '../../parts/chip.js';
import { texts } from './texts.js';

const soonMs = 24 * 3_600_000;

/** Whether a key still lets boxes in, in one word. */
export function KeyChip({ enrolmentKey: { uses, maxUses, expiresAt } }: { enrolmentKey: EnrolmentToken }) {
  const t = useTexts(texts);
  const leftMs = Date.parse(expiresAt) - Date.now();
  const over = (text: string) => (
    <Chip tone="plain" icon={<IconPlayerStop size={15} aria-hidden />}>
      {text}
    </Chip>
  );
  if (leftMs <= 0) return over(t('expired'));
  if (uses >= maxUses) return over(t('usedUp'));
  if (leftMs < soonMs)
    return (
      <Chip tone="warn" icon={<IconClock size={15} aria-hidden />}>
        {t('endsSoon')}
      </Chip>
    );
  return (
    <Chip tone="good" icon={<IconCheck size={15} aria-hidden />}>
      {t('good')}
    </Chip>
  );
}

import { Button, Text } from '@mantine/core';
import { useState } from 'react';
import { useFormats } from '../../i18n/formats.js';
import { useTexts } from '../../i18n/texts.js';
import { useDuration } from './duration.js';
import classes from './footage.module.css';
import { texts } from './texts.js';
import { useGapWords } from './gap-words.js';
import type { Span } from './timeline.js';

/** Shorter ones are drawn, not told: cameras drop a picture now and then. */
const toldMs = 2_000;
const shownAtFirst = 6;

/** Why times are not recorded, in words: what the strip shows in colours. */
export function GapsList({ spans, onSeek }: { spans: readonly Span[]; onSeek: (timeMs: number) => void }) {
  const t = useTexts(texts);
  const { clock } = useFormats();
  const duration = useDuration();
  const retell = useGapWords();
  const [all, setAll] = useState(false);
  const gaps = spans.filter(({ kind, startMs, endMs }) => kind !== 'recorded' && endMs - startMs >= toldMs);
  if (gaps.length === 0) {
    return (
      <Text size="sm" c="dimmed">
        {t('noGaps')}
      </Text>
    );
  }
  return (
    <>
      <ul className={classes['gaps']}>
        {gaps.slice(0, all ? undefined : shownAtFirst).map(({ startMs, endMs, why, kind }) => (
          <li key={startMs} data-kind={kind}>
            <Button
              variant="subtle"
              color="gray"
              size="compact-sm"
              onClick={() => onSeek(startMs - 5_000)}
              title={t('goBefore', { time: clock(startMs) })}
            >
              <time>
                {clock(startMs)} – {clock(endMs)}
              </time>
            </Button>
            <span>{why === null ? null : retell(why)}</span>
            <Text size="sm" c="dimmed">
              {duration(endMs - startMs)}
            </Text>
          </li>
        ))}
      </ul>
      {!all && gaps.length > shownAtFirst && (
        <Button variant="subtle" size="compact-sm" onClick={() => setAll(true)}>
          {t('allGaps', { count: gaps.length })}
        </Button>
      )}
    </>
  );
}

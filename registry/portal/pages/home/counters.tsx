import { Text } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { useFormats } from '../../i18n/formats.js';
import { useTexts } from '../../i18n/texts.js';
import { StateChip } from '../../parts/state-chip.js';
import { useScope } from '../../shell/scope.js';
import classes from './home.module.css';
import type { Counts } from './queries.js';
import { texts } from './texts.js';

/** Four numbers, each leading to its cameras. A customer has no unassigned cameras, but may have disabled ones. */
export function Counters({ cameras: { byState, expected } }: { cameras: Counts }) {
  const t = useTexts(texts);
  const { number } = useFormats();
  const { id: tenantId, kind } = useScope();
  const states = [
    'recording',
    'not_recording',
    'offline',
    kind === 'customer' ? 'disabled' : 'unassigned',
  ] as const;
  const meaning = (state: (typeof states)[number]): string =>
    state === 'recording' ? t('recording', { expected: number(expected) }) : t(state);
  return (
    <ul className={classes['counters']} aria-label={t('counters')}>
      {states.map((state) => (
        <li key={state}>
          <Link
            to="/o/$tenantId/cameras"
            params={{ tenantId }}
            search={{ state }}
            className={classes['counter'] ?? ''}
            data-quiet={byState[state] === 0 || undefined}
          >
            <StateChip state={state} />
            <span className={classes['count']}>{number(byState[state])}</span>
            <Text component="span" size="sm" c="dimmed">
              {meaning(state)}
            </Text>
          </Link>
        </li>
      ))}
    </ul>
  );
}

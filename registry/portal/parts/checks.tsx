import { Text } from '@mantine/core';
import { IconAlertTriangle, IconCircleCheck } from '@tabler/icons-react';
import { useTexts } from '../i18n/texts.js';
import classes from './checks.module.css';
import { texts } from './texts.js';

export interface Check {
  key: string;
  ok: boolean;
  found: string;
  /** What to do; null when there is nothing to. */
  fix: string | null;
}

/** What was looked at, each with what was found and, where that is a fault, what to do. */
export function Checks({ checks }: { checks: readonly Check[] }) {
  const t = useTexts(texts);
  return (
    <ul className={classes['lines']}>
      {checks.map(({ key, ok, found, fix }) => (
        <li key={key} className={classes['line']}>
          {ok ? (
            <IconCircleCheck size={20} className={classes['good']} role="img" aria-label={t('fine')} />
          ) : (
            <IconAlertTriangle size={20} className={classes['bad']} role="img" aria-label={t('fault')} />
          )}
          <div>
            <Text size="sm">{found}</Text>
            {fix !== null && (
              <Text size="sm" fw={600}>
                {fix}
              </Text>
            )}
          </div>
        </li>
      ))}
    </ul>
  );
}

import { Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { answer, api } from '../../api/client.js';
import type { Letter } from '../../api/schema.js';
import { useFormats } from '../../i18n/formats.js';
import { useTexts } from '../../i18n/texts.js';
import { useAskingAgainMs } from '../../live/live.js';
import { Chip } from '../../parts/chip.js';
import { Loaded } from '../../parts/page-states.js';
import classes from './settings.module.css';
import { texts } from './texts.js';

const shown = 8;

/** The newest letters and what became of them: whether mail works is seen by letters, not by settings. */
export function Letters() {
  const t = useTexts(texts);
  const letters = useQuery({
    queryKey: ['mail'],
    queryFn: ({ signal }) => answer(api.GET('/api/v1/mail', { params: { query: { limit: shown } }, signal })),
    refetchInterval: useAskingAgainMs(),
  });
  return (
    <Loaded query={letters}>
      {({ items }) =>
        items.length === 0 ? (
          <Text size="sm">{t('noLetters')}</Text>
        ) : (
          <ul className={classes['letters']}>
            {items.map((letter) => (
              <LetterLine key={letter.id} letter={letter} />
            ))}
          </ul>
        )
      }
    </Loaded>
  );
}

function LetterLine({
  letter: { recipient, subject, sentAt, error, attempts, createdAt },
}: {
  letter: Letter;
}) {
  const t = useTexts(texts);
  const { ago } = useFormats();
  return (
    <li>
      <div className={classes['grow']}>
        <Text size="sm" fw={500}>
          {subject}
        </Text>
        <Text size="xs" c="dimmed">
          {recipient} · {ago(createdAt)}
        </Text>
        {error !== null && <Text size="xs">{t('letterFailed', { count: attempts, error })}</Text>}
      </div>
      {sentAt !== null ? (
        <Chip tone="good">{t('letterSent')}</Chip>
      ) : (
        <Chip tone={error === null ? 'plain' : 'bad'}>{t('letterWaits')}</Chip>
      )}
    </li>
  );
}

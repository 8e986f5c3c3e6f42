import { Group, Stack, Text } from '@mantine/core';
import { useTexts } from '../../i18n/texts.js';
import { Copy } from '../../parts/copy.js';
import classes from './developer.module.css';
import { texts as events } from './event-words.js';
import { PlainTable } from '../../parts/plain-table.js';
import { texts } from './texts.js';

const types = Object.keys(events.en) as (keyof (typeof events)['en'])[];

/** What the event stream tells, and how to listen to it. */
export function Events() {
  const t = useTexts(texts);
  const says = useTexts(events);
  const curl = `curl -N '${location.origin}/api/v1/events?types=camera.*,operation.finished' \\\n  -H 'authorization: Bearer API_KEY'`;
  return (
    <Stack>
      <Group justify="space-between">
        <Text size="sm">{t('listen')}</Text>
        <Copy size="xs" value={curl} label={t('copyCurl')} />
      </Group>
      <pre className={classes['command']} tabIndex={0}>
        {curl}
      </pre>
      <PlainTable boxed minWidth="30rem" label={t('events')}>
        <thead>
          <tr>
            <th>{t('event')}</th>
            <th>{t('meaning')}</th>
          </tr>
        </thead>
        <tbody>
          {types.map((type) => (
            <tr key={type}>
              <td>
                <code className={classes['word']}>{type}</code>
              </td>
              <td>{says(type)}</td>
            </tr>
          ))}
        </tbody>
      </PlainTable>
    </Stack>
  );
}

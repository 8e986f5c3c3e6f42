import '@mantine/core/styles/Table.css';
import { Group, Stack, Table, Text } from '@mantine/core';
import { useTexts } from '../../i18n/texts.js';
import { Copy } from '../../parts/copy.js';
import classes from './developer.module.css';
import { texts as events } from './event-words.js';
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
      <Table>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{t('event')}</Table.Th>
            <Table.Th>{t('meaning')}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {types.map((type) => (
            <Table.Tr key={type}>
              <Table.Td>
                <code className={classes['word']}>{type}</code>
              </Table.Td>
              <Table.Td>{says(type)}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Stack>
  );
}

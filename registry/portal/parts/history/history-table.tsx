import { Button, Text } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useMemo, useState, type ReactNode } from 'react';
import type { HistoryEntry } from '../../api/schema.js';
import { useFormats } from '../../i18n/formats.js';
import { useSentences } from '../../i18n/sentences.js';
import { useTexts } from '../../i18n/texts.js';
import { useAskingAgainMs } from '../../live/live.js';
import type { Column } from '../table/columns.js';
import { VirtualTable } from '../table/virtual-table.js';
import { TwoLines } from '../table/two-lines.js';
import { EntryDialog } from './entry-dialog.js';
import { historyQuery, type HistoryFilter } from './queries.js';
import { historySentences } from './sentences.js';
import { texts } from './texts.js';

/** Who did what, newest first; it grows at the top by itself. Enter or Details shows what was changed. */
export function HistoryTable({
  filter,
  empty,
  still = false,
}: {
  filter: HistoryFilter;
  empty: ReactNode;
  /** Nothing is added while somebody reads. */
  still?: boolean;
}) {
  const t = useTexts(texts);
  const { time, ago } = useFormats();
  const retell = useSentences(historySentences);
  const everyMs = useAskingAgainMs();
  const history = useInfiniteQuery({
    ...historyQuery(filter, still),
    refetchInterval: still ? false : everyMs,
  });
  const [opened, setOpened] = useState<HistoryEntry | null>(null);
  const columns = useMemo(
    (): Column<HistoryEntry>[] => [
      {
        key: 'at',
        header: t('at'),
        width: 'minmax(7.5rem, 0.8fr)',
        from: 'sm',
        cell: ({ at }) => <TwoLines first={time(at)} second={ago(at)} />,
      },
      {
        key: 'what',
        header: t('what'),
        width: 'minmax(0, 2.6fr)',
        cell: ({ at, sentence, operation }) => {
          const retold = retell(operation, sentence);
          return (
            <TwoLines
              long
              first={retold}
              second={
                <>
                  <Text span inherit visibleFrom="sm">
                    {operation}
                  </Text>
                  <Text span inherit hiddenFrom="sm" title={time(at)}>
                    {ago(at)}
                  </Text>
                </>
              }
              title={retold}
            />
          );
        },
      },
      {
        key: 'by',
        header: t('by'),
        width: 'minmax(0, 1fr)',
        from: 'md',
        cell: ({ actor }) => <TwoLines first={actor.name} second={t(actor.kind)} />,
      },
      {
        key: 'acts',
        header: t('details'),
        quiet: true,
        width: '6rem',
        cell: (entry) => (
          <Button
            size="xs"
            variant="default"
            aria-label={t('detailsOf', { sentence: retell(entry.operation, entry.sentence) })}
            onClick={() => setOpened(entry)}
          >
            {t('details')}
          </Button>
        ),
      },
    ],
    [t, time, ago, retell],
  );
  return (
    <>
      <VirtualTable
        label={t('history')}
        columns={columns}
        query={history}
        rowId={({ id }) => String(id)}
        rowName={({ operation, sentence }) => retell(operation, sentence)}
        onOpen={setOpened}
        empty={empty}
      />
      {opened !== null && <EntryDialog entry={opened} onClose={() => setOpened(null)} />}
    </>
  );
}

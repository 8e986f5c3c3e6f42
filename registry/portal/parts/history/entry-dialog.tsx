import { Stack, Text } from '@mantine/core';
import type { HistoryEntry } from '../../api/schema.js';
import { useFormats } from '../../i18n/formats.js';
import { useSentences } from '../../i18n/sentences.js';
import { useTexts } from '../../i18n/texts.js';
import { Dialog } from '../dialog.js';
import { Facts } from '../facts.js';
import { changesBetween, written } from './changes.js';
import classes from './history.module.css';
import { historySentences } from './sentences.js';
import { PlainTable } from '../plain-table.js';
import { texts } from './texts.js';

/** Everything that was written down of one act: who, from where, and each field before and after. */
export function EntryDialog({ entry, onClose }: { entry: HistoryEntry; onClose: () => void }) {
  const t = useTexts(texts);
  const { time, clock } = useFormats();
  const retell = useSentences(historySentences);
  const changes = changesBetween(entry.before, entry.after);
  const facts: readonly (readonly [string, string])[] = [
    [t('at'), `${time(entry.at)} (${clock(Date.parse(entry.at))})`],
    [t('by'), `${entry.actor.name} · ${t(entry.actor.kind)}`],
    [t('from'), [entry.ip, entry.userAgent].filter((part) => part !== null).join(' · ') || '–'],
    [t('operation'), entry.operation],
    [t('target'), entry.target.id],
    [t('fingerprint'), entry.hash ?? '–'],
  ];
  return (
    <Dialog opened onClose={onClose} title={t('entry')} size="xl">
      <Stack>
        <Text fw={600}>{retell(entry.operation, entry.sentence)}</Text>
        <Facts facts={facts} />
        {changes.length > 0 && (
          <PlainTable className={classes['changes'] ?? ''}>
            <thead>
              <tr>
                <th>{t('field')}</th>
                <th>{t('before')}</th>
                <th>{t('after')}</th>
              </tr>
            </thead>
            <tbody>
              {changes.map(({ field, before, after }) => (
                <tr key={field}>
                  <th scope="row">{field}</th>
                  <td className={classes['before'] ?? ''}>{written(before)}</td>
                  <td className={classes['after'] ?? ''}>{written(after)}</td>
                </tr>
              ))}
            </tbody>
          </PlainTable>
        )}
      </Stack>
    </Dialog>
  );
}

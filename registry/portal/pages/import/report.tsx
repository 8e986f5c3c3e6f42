import '@mantine/core/styles/List.css';
import { Button, Checkbox, Group, List, Paper, Stack, Text } from '@mantine/core';
import { IconAlertTriangle, IconCircleCheck } from '@tabler/icons-react';
import { useState } from 'react';
import { useTexts } from '../../i18n/texts.js';
import { Chip } from '../../parts/chip.js';
import { ErrorNotice } from '../../parts/error-notice.js';
import { FaultsTable } from './faults-table.js';
import type { ListReport } from './queries.js';
import { texts } from './texts.js';

const kinds = ['bind', 'rename', 'tag', 'expect', 'unchanged'] as const;

/** What a list would do, and which of its lines cannot be done; applying it is the next step. */
export function Report({
  name,
  report,
  pending,
  error,
  onApply,
}: {
  /** Of the file. */
  name: string;
  report: ListReport;
  pending: boolean;
  error: Error | null;
  onApply: (atomic: boolean) => void;
}) {
  const t = useTexts(texts);
  const [atomic, setAtomic] = useState(false);
  const { valid, faulty, ignored, changes } = report;
  const changing = kinds.filter((kind) => changes[kind] > 0);
  return (
    <>
      <Paper withBorder p="md">
        <Stack gap="sm">
          <Group>
            <Text fw={600}>{name}</Text>
            {valid > 0 && (
              <Chip tone="good" icon={<IconCircleCheck size={15} aria-hidden />}>
                {t('valid', { count: valid })}
              </Chip>
            )}
            {faulty > 0 && (
              <Chip tone="bad" icon={<IconAlertTriangle size={15} aria-hidden />}>
                {t('faulty', { count: faulty })}
              </Chip>
            )}
          </Group>
          {changing.length === 0 ? (
            <Text size="sm">{t('nothing')}</Text>
          ) : (
            <List size="sm">
              {changing.map((kind) => (
                <List.Item key={kind}>{t(kind, { count: changes[kind] })}</List.Item>
              ))}
            </List>
          )}
          {ignored.length > 0 && (
            <Text size="sm" c="dimmed">
              {t('ignored', { names: ignored.join(', ') })}
            </Text>
          )}
          {faulty > 0 && (
            <Checkbox
              label={t('atomic')}
              checked={atomic}
              onChange={(event) => setAtomic(event.currentTarget.checked)}
            />
          )}
          {error !== null && <ErrorNotice error={error} />}
          <Group justify="flex-end">
            <Button
              disabled={valid === 0 || (atomic && faulty > 0)}
              loading={pending}
              onClick={() => onApply(atomic)}
            >
              {t('apply', { count: valid })}
            </Button>
          </Group>
        </Stack>
      </Paper>
      {faulty > 0 && <FaultsTable report={report} />}
    </>
  );
}

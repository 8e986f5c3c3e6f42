import { ActionIcon, Button, Group, Indicator, Popover, Progress, Stack, Text } from '@mantine/core';
import { IconListCheck } from '@tabler/icons-react';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { answer, api } from '../api/client.js';
import type { Operation } from '../api/schema.js';
import { useFormats } from '../i18n/formats.js';
import { useTexts } from '../i18n/texts.js';
import { useAskingAgainMs } from '../live/live.js';
import { useMay } from './me.js';
import { texts } from './texts.js';

const isOpen = ({ state }: Operation): boolean => state === 'queued' || state === 'running';

/** Work that outlives its page (P28): how far it is, and a way to stop it. */
export function OperationsTray() {
  const t = useTexts(texts);
  const mayManage = useMay('manage');
  const everyMs = useAskingAgainMs();
  const operations = useQuery({
    queryKey: ['operations', 'tray'],
    queryFn: ({ signal }) =>
      answer(api.GET('/api/v1/operations', { params: { query: { limit: 10 } }, signal })),
    enabled: mayManage,
    refetchInterval: ({ state }) => (state.data?.items.some(isOpen) === true ? 1_000 : everyMs),
  });
  if (!mayManage) return null;
  const items = operations.data?.items ?? [];
  const running = items.filter(isOpen).length;
  return (
    <Popover width={340} position="bottom-end" withArrow trapFocus returnFocus>
      <Indicator disabled={running === 0} label={running} size={18} color="gantry">
        <Popover.Target>
          <ActionIcon variant="subtle" color="gray" size={40} aria-label={`${t('operations')} (${running})`}>
            <IconListCheck size={20} aria-hidden />
          </ActionIcon>
        </Popover.Target>
      </Indicator>
      <Popover.Dropdown aria-label={t('operations')}>
        <Stack gap="sm">
          <Text fw={600}>{t('operations')}</Text>
          {items.length === 0 && <Text size="sm">{t('operationsNone')}</Text>}
          {items.map((one) => (
            <OperationLine key={one.id} operation={one} />
          ))}
        </Stack>
      </Popover.Dropdown>
    </Popover>
  );
}

function OperationLine({ operation }: { operation: Operation }) {
  const t = useTexts(texts);
  const { ago } = useFormats();
  const client = useQueryClient();
  const cancel = useMutation({
    mutationFn: () =>
      answer(api.POST('/api/v1/operations/{id}:cancel', { params: { path: { id: operation.id } } })),
    onSettled: () => client.invalidateQueries({ queryKey: ['operations'] }),
  });
  const { total, done, failed } = operation;
  const share = total === 0 ? (isOpen(operation) ? 0 : 100) : (100 * (done + failed)) / total;
  return (
    <Stack gap={4}>
      <Group justify="space-between" wrap="nowrap">
        <Text size="sm" fw={500} truncate>
          {operation.kind}
        </Text>
        <Text size="xs" c="dimmed">
          {operation.finishedAt === null ? operation.state : ago(operation.finishedAt)}
        </Text>
      </Group>
      <Progress value={share} aria-label={operation.kind} color={failed > 0 ? 'red' : 'gantry'} />
      <Group justify="space-between">
        <Text size="xs" c="dimmed">
          {t('operationsProgress', { done, total })}
        </Text>
        {operation.mayCancel && (
          <Button
            size="compact-xs"
            variant="default"
            loading={cancel.isPending}
            onClick={() => cancel.mutate()}
          >
            {t('cancel')}
          </Button>
        )}
      </Group>
    </Stack>
  );
}

import { ActionIcon, Anchor, Popover, Stack, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconListCheck } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { answer, api } from '../api/client.js';
import { useFormats } from '../i18n/formats.js';
import { useTexts } from '../i18n/texts.js';
import { useAskingAgainMs } from '../live/live.js';
import { OperationProgress } from '../parts/operations/operation-state.js';
import { isOpen, lookEveryMs } from '../parts/operations/queries.js';
import { useKindWords } from '../parts/operations/words.js';
import { useMay } from './me.js';
import { useTenantId } from './scope.js';
import classes from './shell.module.css';
import { texts } from './texts.js';

/** Work that outlives its page (P28): how far the newest of it is, each leading to all about it. */
export function OperationsTray() {
  const t = useTexts(texts);
  const { ago } = useFormats();
  const words = useKindWords();
  const tenantId = useTenantId();
  const mayManage = useMay('manage');
  const everyMs = useAskingAgainMs();
  const [opened, { toggle, close }] = useDisclosure(false);
  const operations = useQuery({
    queryKey: ['operations', 'tray'],
    queryFn: ({ signal }) =>
      answer(api.GET('/api/v1/operations', { params: { query: { limit: 6 } }, signal })),
    enabled: mayManage,
    refetchInterval: ({ state }) => (state.data?.items.some(isOpen) === true ? lookEveryMs : everyMs),
  });
  if (!mayManage) return null;
  const items = operations.data?.items ?? [];
  const running = items.filter(isOpen).length;
  return (
    <Popover
      width={340}
      position="bottom-end"
      withArrow
      trapFocus
      returnFocus
      opened={opened}
      onDismiss={close}
    >
      <Popover.Target>
        <ActionIcon
          variant="subtle"
          color="gray"
          size={40}
          aria-label={`${t('operations')} (${running})`}
          onClick={toggle}
          className={classes['tray'] ?? ''}
        >
          <IconListCheck size={20} aria-hidden />
          {running > 0 && <span className={classes['running']}>{running}</span>}
        </ActionIcon>
      </Popover.Target>
      <Popover.Dropdown aria-label={t('operations')}>
        <Stack gap="xs">
          <Text fw={600}>{t('operations')}</Text>
          {items.length === 0 && <Text size="sm">{t('operationsNone')}</Text>}
          {items.map((one) => (
            <Link
              key={one.id}
              to="/o/$tenantId/operations"
              params={{ tenantId }}
              search={{ id: one.id }}
              onClick={close}
              className={classes['operation'] ?? ''}
            >
              <span className={classes['operationHead']}>
                <Text component="span" size="sm" fw={500} truncate>
                  {words(one)}
                </Text>
                <Text component="span" size="xs" c="dimmed">
                  {ago(one.finishedAt ?? one.createdAt)}
                </Text>
              </span>
              <OperationProgress operation={one} />
            </Link>
          ))}
          <Anchor
            size="sm"
            onClick={close}
            renderRoot={(props) => (
              <Link to="/o/$tenantId/operations" params={{ tenantId }} search={{}} {...props} />
            )}
          >
            {t('operationsAll')}
          </Anchor>
        </Stack>
      </Popover.Dropdown>
    </Popover>
  );
}

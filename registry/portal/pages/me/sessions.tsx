import { Button, Text } from '@mantine/core';
import { IconDeviceDesktop, IconDeviceMobile } from '@tabler/icons-react';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { answer, api } from '../../api/client.js';
import { useFormats } from '../../i18n/formats.js';
import { useTexts } from '../../i18n/texts.js';
import { Chip } from '../../parts/chip.js';
import { ErrorNotice } from '../../parts/error-notice.js';
import { Loaded, SkeletonLines } from '../../parts/page-states.js';
import { toast } from '../../parts/toasts.js';
import { browserOf } from './browser-name.js';
import classes from './me.module.css';
import { texts } from './texts.js';

/** Where the person is signed in, and a way to end each of it. */
export function Sessions() {
  const t = useTexts(texts);
  const { ago, time } = useFormats();
  const client = useQueryClient();
  const sessions = useQuery({
    queryKey: ['sessions'],
    queryFn: ({ signal }) => answer(api.GET('/api/v1/sessions', { signal })),
  });
  const end = useMutation({
    mutationFn: (sessionId: string) =>
      answer(api.DELETE('/api/v1/sessions/{sessionId}', { params: { path: { sessionId } } })),
    onSuccess: () => {
      toast({ message: t('sessionEnded') });
      void client.invalidateQueries({ queryKey: ['sessions'] });
    },
  });
  return (
    <Loaded query={sessions} skeleton={<SkeletonLines lines={3} />}>
      {({ items }) => (
        <>
          {end.error !== null && <ErrorNotice error={end.error} />}
          <ul className={classes['rows']}>
            {items.map(({ id, current, createdAt, lastSeenAt, ip, userAgent }) => {
              const { name, phone } = browserOf(userAgent);
              const SessionIcon = phone ? IconDeviceMobile : IconDeviceDesktop;
              return (
                <li key={id} className={classes['row']}>
                  <SessionIcon size={20} stroke={1.6} aria-hidden />
                  <div className={classes['grow']}>
                    <Text size="sm" fw={500}>
                      {name ?? t('sessionUnknown')}
                    </Text>
                    <Text size="xs" c="dimmed">
                      {t('sessionLine', { ip: ip ?? '–', since: time(createdAt), ago: ago(lastSeenAt) })}
                    </Text>
                  </div>
                  {current ? (
                    <Chip tone="good">{t('sessionThis')}</Chip>
                  ) : (
                    <Button
                      size="xs"
                      variant="default"
                      loading={end.isPending && end.variables === id}
                      onClick={() => end.mutate(id)}
                    >
                      {t('sessionEnd')}
                    </Button>
                  )}
                </li>
              );
            })}
          </ul>
        </>
      )}
    </Loaded>
  );
}

import { Skeleton, Text } from '@mantine/core';
import { IconLock, IconVideo, IconVideoOff } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { answer, api } from '../../api/client.js';
import { hasCode } from '../../api/problem.js';
import type { Camera } from '../../api/schema.js';
import { useFormats } from '../../i18n/formats.js';
import { useTexts } from '../../i18n/texts.js';
import { present } from '../../parts/search-params.js';
import { useTenantId } from '../../shell/scope.js';
import classes from './recordings.module.css';
import { texts } from './texts.js';

/** One camera of the wall: its picture at a moment, or the newest; leads to its recordings there. */
export function Tile({ camera, at }: { camera: Camera; at: string | undefined }) {
  const { time, ago } = useFormats();
  const tenantId = useTenantId();
  const { id, name, customer, snapshotAt } = camera;
  const moment = at ?? snapshotAt;
  return (
    <Link
      to="/o/$tenantId/cameras/$cameraId"
      params={{ tenantId, cameraId: id }}
      search={{ tab: 'recordings', ...present({ at }) }}
      className={classes['tile'] ?? ''}
    >
      <Picture key={moment} camera={camera} at={at} />
      <span className={classes['caption']}>
        <Text component="span" size="sm" fw={600} truncate>
          {name}
        </Text>
        <Text component="span" size="xs" c="dimmed" truncate>
          {[customer?.name, moment && (at === undefined ? ago(moment) : time(at))]
            .filter(Boolean)
            .join(' · ')}
        </Text>
      </span>
    </Link>
  );
}

function Picture({ camera: { id, snapshotAt }, at }: { camera: Camera; at: string | undefined }) {
  const t = useTexts(texts);
  const [failed, setFailed] = useState(false);
  // An image does not say why it cannot be shown; the API does. Too many asked at once: there is a picture later.
  const why = useQuery({
    queryKey: ['stills', id, at ?? snapshotAt],
    queryFn: async ({ signal }) => {
      await answer(
        api.GET('/api/v1/cameras/{id}/snapshot', {
          params: { path: { id }, query: present({ at }) },
          parseAs: 'blob',
          signal,
        }),
      );
      setFailed(false);
      return true;
    },
    enabled: failed,
    retry: (_failures, error) => hasCode(error, 'unavailable'),
    staleTime: 0,
  });
  if (failed && why.isPending) return <Skeleton className={classes['noPicture'] ?? ''} />;
  if (failed || (at === undefined && snapshotAt === null)) {
    const locked = hasCode(why.error, 'forbidden', 'module_disabled');
    const Icon = locked ? IconLock : at === undefined ? IconVideo : IconVideoOff;
    return (
      <span className={classes['noPicture']}>
        <Icon size={28} stroke={1.2} aria-hidden />
        <Text component="span" size="xs">
          {locked ? t('notYours') : at === undefined ? t('noPicture') : t('notThen')}
        </Text>
      </span>
    );
  }
  const address = `/api/v1/cameras/${id}/snapshot`;
  return (
    <img
      src={at === undefined ? `${address}#${snapshotAt}` : `${address}?at=${encodeURIComponent(at)}`}
      alt=""
      loading="lazy"
      onError={() => setFailed(true)}
    />
  );
}

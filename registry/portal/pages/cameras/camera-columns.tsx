import { Button, Text } from '@mantine/core';
import { useMemo } from 'react';
import type { Camera } from '../../api/schema.js';
import { useFormats } from '../../i18n/formats.js';
import { useTexts } from '../../i18n/texts.js';
import { CameraLink } from '../../parts/camera-link.js';
import { Snapshot } from '../../parts/snapshot.js';
import { CameraStatus } from '../../parts/state-chip.js';
import type { Column } from '../../parts/table/columns.js';
import { TwoLines } from '../../parts/table/two-lines.js';
import { useMay } from '../../shell/me.js';
import { CameraMenu } from './camera-menu.js';
import classes from './cameras.module.css';
import { optionalColumns, type CamerasLook } from './list-look.js';
import { texts } from './texts.js';

/** The columns of the list as the person likes to see it. */
export function useCameraColumns({
  onBind,
  look: { columns: chosen, dense },
}: {
  onBind: (camera: Camera) => void;
  look: CamerasLook;
}): Column<Camera>[] {
  const t = useTexts(texts);
  const { ago } = useFormats();
  const mayManage = useMay('manage');
  return useMemo((): Column<Camera>[] => {
    const all: Column<Camera>[] = [
      {
        key: 'name',
        header: t('name'),
        width: 'minmax(0, 2fr)',
        cell: (camera) => (
          <div className={classes['camera']}>
            {!dense && (
              <div className={classes['picture']}>
                <Snapshot camera={camera} />
              </div>
            )}
            <div className={classes['names']}>
              <CameraLink camera={camera} />
              <Text size="xs" c="dimmed" truncate>
                {camera.address}
              </Text>
            </div>
          </div>
        ),
      },
      {
        key: 'state',
        header: t('state'),
        width: 'minmax(8.75rem, 1.7fr)',
        cell: (camera) => <CameraStatus camera={camera} />,
      },
      {
        key: 'customer',
        header: t('customer'),
        width: 'minmax(0, 1.2fr)',
        from: 'md',
        cell: ({ customer, plan }) =>
          customer === null ? (
            <Text size="sm" c="dimmed">
              –
            </Text>
          ) : (
            <TwoLines first={customer.name} second={plan === null ? t('noPlan') : plan.name} />
          ),
      },
      {
        key: 'model',
        header: t('model'),
        width: 'minmax(0, 1.2fr)',
        from: 'lg',
        cell: ({ manufacturer, model }) => <TwoLines first={manufacturer ?? '–'} second={model} />,
      },
      {
        key: 'box',
        header: t('box'),
        width: 'minmax(0, 1fr)',
        from: 'lg',
        cell: ({ agent }) => (
          <Text size="sm" truncate>
            {agent.name}
          </Text>
        ),
      },
      {
        key: 'seen',
        header: t('seen'),
        width: 'minmax(0, 1fr)',
        from: 'md',
        cell: ({ lastSeenAt }) => (
          <Text size="sm" truncate>
            {ago(lastSeenAt)}
          </Text>
        ),
      },
      {
        key: 'tags',
        header: t('tags'),
        width: 'minmax(0, 1fr)',
        from: 'md',
        cell: ({ tags }) => (
          <Text size="sm" truncate>
            {tags.join(', ') || '–'}
          </Text>
        ),
      },
    ];
    const shown = all.filter(
      ({ key }) => chosen.some((one) => one === key) || !optionalColumns.some((one) => one === key),
    );
    if (!mayManage) return shown;
    return [
      ...shown,
      {
        key: 'acts',
        header: t('acts'),
        quiet: true,
        width: 'var(--acts-width)',
        cell: (camera) => (
          <div className={classes['acts']}>
            {camera.customer === null && (
              <Button
                size="xs"
                variant="default"
                visibleFrom="sm"
                aria-label={t('bindOne', { name: camera.name })}
                onClick={() => onBind(camera)}
              >
                {t('bind')}
              </Button>
            )}
            <CameraMenu camera={camera} onBind={() => onBind(camera)} />
          </div>
        ),
      },
    ];
  }, [t, ago, mayManage, onBind, chosen, dense]);
}

import { Button, Text } from '@mantine/core';
import { useMemo } from 'react';
import type { Camera } from '../../api/schema.js';
import { useTexts } from '../../i18n/texts.js';
import { CameraLink } from '../../parts/camera-link.js';
import { Snapshot } from '../../parts/snapshot.js';
import { CameraStatus } from '../../parts/state-chip.js';
import type { Column } from '../../parts/table/columns.js';
import { useMay } from '../../shell/me.js';
import { CameraMenu } from './camera-menu.js';
import classes from './cameras.module.css';
import { texts } from './texts.js';

const model = ({ manufacturer, model }: Camera): string =>
  [manufacturer, model].filter((word) => word !== null).join(' ') || '–';

export function useCameraColumns({ onBind }: { onBind: (camera: Camera) => void }): Column<Camera>[] {
  const t = useTexts(texts);
  const mayManage = useMay('manage');
  return useMemo((): Column<Camera>[] => {
    const columns: Column<Camera>[] = [
      {
        key: 'name',
        header: t('name'),
        width: 'minmax(0, 2fr)',
        cell: (camera) => (
          <div className={classes['camera']}>
            <div className={classes['picture']}>
              <Snapshot camera={camera} />
            </div>
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
        width: 'minmax(8rem, 1.7fr)',
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
            <div>
              <Text size="sm" truncate>
                {customer.name}
              </Text>
              <Text size="xs" c="dimmed" truncate>
                {plan === null ? t('noPlan') : plan.name}
              </Text>
            </div>
          ),
      },
      {
        key: 'model',
        header: t('model'),
        width: 'minmax(0, 1.2fr)',
        from: 'lg',
        cell: (camera) => (
          <Text size="sm" truncate>
            {model(camera)}
          </Text>
        ),
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
    ];
    if (!mayManage) return columns;
    return [
      ...columns,
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
  }, [t, mayManage, onBind]);
}

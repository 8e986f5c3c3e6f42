import { ActionIcon, Checkbox, Stack, Text } from '@mantine/core';
import { IconX } from '@tabler/icons-react';
import { useQueries } from '@tanstack/react-query';
import { answer, api } from '../../api/client.js';
import { useTexts } from '../../i18n/texts.js';
import { CameraPicker } from './camera-picker.js';
import { rights, turned, type Right, type RoleContent } from './rights.js';
import classes from './roles.module.css';
import { PlainTable } from '../../parts/plain-table.js';
import { texts } from './texts.js';

/** A role of thousands of cameras is a matter of the API; the first ones are edited here, the others stay. */
const shownCameras = 50;

type Listed = RoleContent['cameras'][number];

/** Which right on which camera: one row for all of them, one for each that is listed by itself. */
export function RightsMatrix({
  tenantId,
  value: { allCameras, cameras },
  onChange,
}: {
  tenantId: string;
  value: Pick<RoleContent, 'allCameras' | 'cameras'>;
  onChange: (next: Partial<Pick<RoleContent, 'allCameras' | 'cameras'>>) => void;
}) {
  const t = useTexts(texts);
  const shown = cameras.slice(0, shownCameras);
  const names = useQueries({
    queries: shown.map(({ cameraId: id }) => ({
      queryKey: ['cameras', id],
      queryFn: ({ signal }: { signal: AbortSignal }) =>
        answer(api.GET('/api/v1/cameras/{id}', { params: { path: { id } }, signal })),
    })),
  });
  const replace = (cameraId: string, permissions: readonly Right[]) =>
    onChange({
      cameras: cameras.map((one): Listed => (one.cameraId === cameraId ? { cameraId, permissions } : one)),
    });
  return (
    <Stack gap="sm">
      <PlainTable minWidth="19rem" className={classes['matrix'] ?? ''}>
        <thead>
          <tr>
            <th>{t('camera')}</th>
            {rights.map((right) => (
              <th key={right}>{t(right)}</th>
            ))}
            <th aria-label={t('acts')} />
          </tr>
        </thead>
        <tbody>
          <tr>
            <th scope="row">
              {t('allCameras')}
              <Text size="xs" c="dimmed">
                {t('allCamerasWhy')}
              </Text>
            </th>
            {rights.map((right) => (
              <td key={right}>
                <Checkbox
                  aria-label={t('mayOnAll', { right: t(right) })}
                  checked={allCameras.includes(right)}
                  onChange={(event) =>
                    onChange({ allCameras: turned(allCameras, right, event.currentTarget.checked) })
                  }
                />
              </td>
            ))}
            <td />
          </tr>
          {shown.map(({ cameraId, permissions }, index) => {
            const name = names[index]?.data?.name ?? cameraId;
            return (
              <tr key={cameraId}>
                <th scope="row">{name}</th>
                {rights.map((right) => {
                  const byAll = allCameras.includes(right);
                  return (
                    <td key={right}>
                      <Checkbox
                        aria-label={t('mayOn', { right: t(right), name })}
                        checked={byAll || permissions.includes(right)}
                        disabled={byAll}
                        onChange={(event) =>
                          replace(cameraId, turned(permissions, right, event.currentTarget.checked))
                        }
                      />
                    </td>
                  );
                })}
                <td>
                  <ActionIcon
                    variant="subtle"
                    color="gray"
                    aria-label={t('takeOut', { name })}
                    onClick={() => onChange({ cameras: cameras.filter((one) => one.cameraId !== cameraId) })}
                  >
                    <IconX size={16} aria-hidden />
                  </ActionIcon>
                </td>
              </tr>
            );
          })}
        </tbody>
      </PlainTable>
      {cameras.length > shown.length && (
        <Text size="sm">{t('moreCameras', { count: cameras.length - shown.length })}</Text>
      )}
      <CameraPicker
        tenantId={tenantId}
        without={cameras.map(({ cameraId }) => cameraId)}
        onPick={(cameraId) => onChange({ cameras: [...cameras, { cameraId, permissions: ['view'] }] })}
      />
    </Stack>
  );
}

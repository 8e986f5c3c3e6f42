import { Anchor, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { answer, api } from '../../api/client.js';
import type { Agent } from '../../api/schema.js';
import { useTexts } from '../../i18n/texts.js';
import { useAskingAgainMs } from '../../live/live.js';
import { CameraLink } from '../../parts/camera-link.js';
import { Card } from '../../parts/card.js';
import { Loaded, SkeletonLines } from '../../parts/page-states.js';
import { Snapshot } from '../../parts/snapshot.js';
import { StateChip } from '../../parts/state-chip.js';
import { useTenantId } from '../../shell/scope.js';
import classes from './agent.module.css';
import { texts } from './texts.js';

const shownCameras = 8;

/** The first cameras of the box, and the way to all of them. */
export function CamerasOfBox({ agent }: { agent: Agent }) {
  const t = useTexts(texts);
  const tenantId = useTenantId();
  const refetchInterval = useAskingAgainMs();
  const cameras = useQuery({
    queryKey: ['cameras', 'of-box', agent.id],
    queryFn: ({ signal }) =>
      answer(
        api.GET('/api/v1/cameras', { params: { query: { agent: agent.id, limit: shownCameras } }, signal }),
      ),
    refetchInterval,
  });
  return (
    <Card
      id="cameras"
      title={t('cameras', { count: agent.cameras })}
      {...(agent.cameras > 0 && {
        action: (
          <Anchor
            size="sm"
            renderRoot={(props) => (
              <Link to="/o/$tenantId/cameras" params={{ tenantId }} search={{ agent: agent.id }} {...props} />
            )}
          >
            {t('showAll')}
          </Anchor>
        ),
      })}
    >
      <Loaded query={cameras} skeleton={<SkeletonLines lines={4} />}>
        {({ items }) =>
          items.length === 0 ? (
            <Text size="sm" c="dimmed">
              {t('noCameras')}
            </Text>
          ) : (
            <ul className={classes['cameras']}>
              {items.map((camera) => (
                <li key={camera.id} className={classes['camera']}>
                  <Snapshot camera={camera} />
                  <div className={classes['cameraName']}>
                    <CameraLink camera={camera} />
                    <Text size="xs" c="dimmed" truncate>
                      {camera.customer?.name ?? t('inbox')}
                    </Text>
                  </div>
                  <StateChip state={camera.status.chip} />
                </li>
              ))}
            </ul>
          )
        }
      </Loaded>
    </Card>
  );
}

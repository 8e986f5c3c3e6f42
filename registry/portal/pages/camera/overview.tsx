import { Anchor } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useFormats } from '../../i18n/formats.js';
import { useTexts } from '../../i18n/texts.js';
import { Card } from '../../parts/card.js';
import { Facts } from '../../parts/facts.js';
import { useSiteWords } from '../../parts/site-words.js';
import { TwoColumns } from '../../parts/two-columns.js';
import { Warning } from '../../parts/warning.js';
import { useTenantId } from '../../shell/scope.js';
import type { PanelProps } from './panel.js';
import { Still } from './still.js';
import { texts } from './texts.js';
import { WantedAndSo } from './wanted.js';

/** What the camera sees, whether what is wanted is so, and what it is. */
export function Overview({ camera }: PanelProps) {
  const t = useTexts(texts);
  const site = useSiteWords();
  const { time, ago } = useFormats();
  const tenantId = useTenantId();
  const { recording, customer, plan, agent, manufacturer, model, tags } = camera;
  const facts: readonly (readonly [string, ReactNode])[] = [
    [t('customer'), customer?.name ?? t('inbox')],
    [t('plan'), plan?.name ?? t('noPlan')],
    [t('mode'), `${t(recording.mode)} · ${t(recording.stream)}`],
    [t('retention'), t('days', { count: recording.retentionDays })],
    [t('box'), `${agent.name} (${t(agent.presence)})`],
    [t('model'), [manufacturer, model].filter((word) => word !== null).join(' ') || '–'],
    [t('address'), camera.address],
    [t('lastSeen'), camera.lastSeenAt === null ? '–' : ago(camera.lastSeenAt)],
    [t('boundSince'), time(camera.boundAt)],
    [t('tags'), tags.length === 0 ? '–' : tags.join(', ')],
  ];
  return (
    <TwoColumns
      main={
        <>
          <Still camera={camera} />
          <Anchor
            size="sm"
            renderRoot={(props) => (
              <Link
                to="/o/$tenantId/cameras/$cameraId"
                params={{ tenantId, cameraId: camera.id }}
                search={{ tab: 'live' }}
                {...props}
              />
            )}
          >
            {t('watchLive')}
          </Anchor>
        </>
      }
      side={
        <>
          <WantedAndSo camera={camera} />
          {camera.conflict !== null && <Warning>{site(camera.conflict)}</Warning>}
          <Card id="facts" title={t('facts')}>
            <Facts facts={facts} />
          </Card>
        </>
      }
    />
  );
}

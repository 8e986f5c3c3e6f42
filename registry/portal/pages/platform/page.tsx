import { Anchor, Button, Group, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { Platform } from '../../api/schema.js';
import { useFormats } from '../../i18n/formats.js';
import { useTexts } from '../../i18n/texts.js';
import { useAskingAgainMs } from '../../live/live.js';
import { Card } from '../../parts/card.js';
import { Facts } from '../../parts/facts.js';
import { Loaded, SkeletonLines } from '../../parts/page-states.js';
import { ForPlatform } from '../../parts/platform/for-platform.js';
import { MailTest } from '../../parts/platform/mail-test.js';
import { platformQuery } from '../../parts/platform/queries.js';
import { WayTest } from '../../parts/platform/way-test.js';
import { TwoColumns } from '../../parts/two-columns.js';
import { useTenantId } from '../../shell/scope.js';
import { texts } from './texts.js';

/** The registry as whoever runs it sees it: what it carries, in which versions, and whether what it leans on works. */
export function PlatformPage() {
  const t = useTexts(texts);
  const tenantId = useTenantId();
  return (
    <ForPlatform
      title={t('title')}
      actions={
        <Button
          variant="default"
          renderRoot={(props) => <Link to="/o/$tenantId/welcome" params={{ tenantId }} {...props} />}
        >
          {t('setUp')}
        </Button>
      }
    >
      <State tenantId={tenantId} />
    </ForPlatform>
  );
}

function State({ tenantId }: { tenantId: string }) {
  const t = useTexts(texts);
  const platform = useQuery({ ...platformQuery, refetchInterval: useAskingAgainMs() });
  return (
    <Loaded query={platform} skeleton={<SkeletonLines lines={10} />}>
      {(found) => (
        <TwoColumns
          main={
            <>
              <Carried platform={found} tenantId={tenantId} />
              <Versions platform={found} />
              <StartedWith platform={found} />
            </>
          }
          side={
            <>
              <Card id="way" title={t('way')}>
                <WayTest />
              </Card>
              <Card id="mail" title={t('mail')}>
                <MailTest />
              </Card>
              <Across tenantId={tenantId} />
            </>
          }
        />
      )}
    </Loaded>
  );
}

function Carried({ platform, tenantId }: { platform: Platform; tenantId: string }) {
  const t = useTexts(texts);
  const { number, bytes } = useFormats();
  const { tenants, cameras, agents, broker, database, eventsLastMinute, operationsRunning } = platform;
  const params = { tenantId };
  return (
    <Card id="carries" title={t('carries')}>
      <Facts
        facts={[
          [
            t('integrators'),
            <Anchor
              inherit
              renderRoot={(props) => (
                <Link to="/o/$tenantId/customers" params={params} search={{}} {...props} />
              )}
            >
              {`${number(tenants.integrators)} · ${t('tree')}`}
            </Anchor>,
          ],
          [t('customers'), number(tenants.customers)],
          [
            t('cameras'),
            t('recordingOf', {
              recording: number(cameras.recording),
              registered: number(cameras.registered),
            }),
          ],
          [t('boxes'), t('onlineOf', { online: number(agents.online), enrolled: number(agents.enrolled) })],
          [t('sessions'), broker.sessions === null ? t('sessionsElsewhere') : number(broker.sessions)],
          [t('events'), t('eventsIn', { count: eventsLastMinute })],
          [t('database'), t('databaseIs', { size: bytes(database.sizeBytes), count: database.connections })],
          [
            t('work'),
            <Anchor
              inherit
              renderRoot={(props) => (
                <Link to="/o/$tenantId/operations" params={params} search={{}} {...props} />
              )}
            >
              {`${t('running', { count: operationsRunning })} · ${t('showWork')}`}
            </Anchor>,
          ],
        ]}
      />
    </Card>
  );
}

function Versions({ platform: { version, node, startedAt, agents } }: { platform: Platform }) {
  const t = useTexts(texts);
  const { time } = useFormats();
  return (
    <Card id="versions" title={t('versions')}>
      <Facts
        facts={[
          [t('registry'), version],
          [t('node'), node.replace(/^v/, '')],
          [t('since'), time(startedAt)],
          ...agents.versions.map(
            (one) => [t('boxesOf', { count: one.agents }), one.version || t('unknown')] as const,
          ),
        ]}
      />
      {agents.versions.length === 0 && (
        <Text size="sm" c="dimmed">
          {t('noBoxes')}
        </Text>
      )}
    </Card>
  );
}

function StartedWith({ platform }: { platform: Platform }) {
  const t = useTexts(texts);
  const { storage, database, broker, addressLookup, letters } = platform;
  return (
    <Card id="settings" title={t('settings')}>
      <Facts
        facts={[
          [t('storage'), t(storage)],
          [t('databaseKind'), t(database.kind)],
          [t('broker'), t(broker.kind)],
          [t('letters'), t(letters)],
          [t('lookup'), addressLookup],
        ]}
      />
    </Card>
  );
}

const acrossActs = [
  { operation: 'camera.watchedLiveUnderGrant', label: 'acrossLive' },
  { operation: 'camera.watchedUnderGrant', label: 'acrossRecorded' },
  { operation: 'supportGrant.created', label: 'acrossGrants' },
] as const;

function Across({ tenantId }: { tenantId: string }) {
  const t = useTexts(texts);
  return (
    <Card id="across" title={t('across')}>
      <Text size="sm">{t('acrossWhy')}</Text>
      <Group>
        {acrossActs.map(({ operation, label }) => (
          <Anchor
            key={operation}
            size="sm"
            renderRoot={(props) => (
              <Link to="/o/$tenantId/events" params={{ tenantId }} search={{ operation }} {...props} />
            )}
          >
            {t(label)}
          </Anchor>
        ))}
      </Group>
    </Card>
  );
}

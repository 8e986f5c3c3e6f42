import { Button, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { Agent } from '../../api/schema.js';
import { useFormats } from '../../i18n/formats.js';
import { useTexts } from '../../i18n/texts.js';
import { Card } from '../../parts/card.js';
import { Facts } from '../../parts/facts.js';
import { TwoColumns } from '../../parts/two-columns.js';
import { Warning } from '../../parts/warning.js';
import { useMay } from '../../shell/me.js';
import { CamerasOfBox } from './cameras.js';
import { askBox } from './queries.js';
import { RuleDialog } from './rule-dialog.js';
import { siteOf } from './site.js';
import { texts } from './texts.js';
import { WantedAndSo } from './wanted.js';

/** What the box looks after, whether it does what is wanted, what waits on it, and what it is. */
export function Overview({ agent }: { agent: Agent }) {
  return (
    <TwoColumns
      main={
        <>
          <CamerasOfBox agent={agent} />
          <NewCameras agent={agent} />
        </>
      }
      side={
        <>
          <WantedAndSo agent={agent} />
          <Uploads agent={agent} />
          <About agent={agent} />
        </>
      }
    />
  );
}

/** Where new cameras of the box go at once. */
function NewCameras({ agent }: { agent: Agent }) {
  const t = useTexts(texts);
  const mayEnrol = useMay('enrolAgents') && agent.ending === null;
  const [changing, setChanging] = useState(false);
  return (
    <Card
      id="rule"
      title={t('newCameras')}
      {...(mayEnrol && {
        action: (
          <Button size="xs" variant="default" onClick={() => setChanging(true)}>
            {t('changeRule')}
          </Button>
        ),
      })}
    >
      <Text size="sm">
        {agent.autoBind === null
          ? t('toInbox')
          : t('toCustomer', { customer: agent.autoBind.customer.name, plan: agent.autoBind.plan.name })}
      </Text>
      {changing && <RuleDialog agent={agent} onClose={() => setChanging(false)} />}
    </Card>
  );
}

const siteQuery = (id: string) => ({
  queryKey: ['site', id],
  queryFn: async () => siteOf(await askBox(id, 'view')),
});

/** What waits on its disk, and how handing it in goes; the latter the box is asked itself. */
function Uploads({ agent }: { agent: Agent }) {
  const t = useTexts(texts);
  const { bytes, number, ago } = useFormats();
  const mayAsk = useMay('enrolAgents') && agent.presence === 'online';
  const { data: site } = useQuery({ ...siteQuery(agent.id), enabled: mayAsk, staleTime: 15_000 });
  const { segments, sizeBytes } = agent.spool;
  const facts: (readonly [string, string])[] = [
    [t('waits'), segments === 0 ? t('nothing') : t('segments', { count: segments, size: bytes(sizeBytes) })],
  ];
  if (site?.startedAt && site.uploads !== null) {
    facts.push([t('handedIn'), t('sinceStart', { count: site.uploads.stored, ago: ago(site.startedAt) })]);
    facts.push([t('retried'), number(site.uploads.retried)]);
    if (site.uploads.refused > 0) facts.push([t('refused'), number(site.uploads.refused)]);
  }
  return (
    <Card id="uploads" title={t('uploads')}>
      <Facts facts={facts} />
      {site?.ffmpegProblem && <Warning>{t('cannotRecord', { why: site.ffmpegProblem })}</Warning>}
    </Card>
  );
}

function About({ agent }: { agent: Agent }) {
  const t = useTexts(texts);
  const { time, ago, number } = useFormats();
  const { clockOffsetMs } = agent;
  return (
    <Card id="about" title={t('about')}>
      <Facts
        facts={[
          [t('hostname'), agent.hostname || '–'],
          [t('platform'), agent.platform || '–'],
          [t('version'), agent.agentVersion || '–'],
          [t('integrator'), agent.integrator.name],
          [t('lastHeard'), ago(agent.lastHeardAt)],
          [
            t('clock'),
            clockOffsetMs === null
              ? '–'
              : t('clockOff', { seconds: number(Math.abs(clockOffsetMs) / 1_000) }),
          ],
          [t('letInAt'), time(agent.createdAt)],
          ...(agent.endedAt === null ? [] : [[t('endedAt'), time(agent.endedAt)] as const]),
          [t('id'), agent.id],
        ]}
      />
    </Card>
  );
}

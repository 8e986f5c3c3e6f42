import '@mantine/core/styles/Tabs.css';
import { Alert, Button, Group, Tabs, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useNavigate, useParams, useSearch } from '@tanstack/react-router';
import { answer, api } from '../../api/client.js';
import type { Agent } from '../../api/schema.js';
import { useTexts } from '../../i18n/texts.js';
import { useAskingAgainMs } from '../../live/live.js';
import { AgentChip } from '../../parts/agent-chip.js';
import { ErrorNotice } from '../../parts/error-notice.js';
import { HistoryTable } from '../../parts/history/history-table.js';
import { Empty, Loaded, SkeletonLines } from '../../parts/page-states.js';
import { Page } from '../../parts/page.js';
import { useAgentLine, useSiteWords } from '../../parts/site-words.js';
import { WayBack } from '../../parts/way-back.js';
import { useMay } from '../../shell/me.js';
import { Acts } from './acts.js';
import classes from './agent.module.css';
import { NetworkTab } from './network-tab.js';
import { Offered } from './offered.js';
import { Overview } from './overview.js';
import { agentQuery, useAgentAct } from './queries.js';
import { agentTabs, type AgentTab } from './route.js';
import { texts } from './texts.js';

/** One box: whether it is heard, what it does, what it should do, and what to do about it. */
export function AgentPage() {
  const t = useTexts(texts);
  const mayEnrol = useMay('enrolAgents');
  const { agentId } = useParams({ from: '/o/$tenantId/boxes/$agentId' });
  const refetchInterval = useAskingAgainMs();
  const agent = useQuery({ ...agentQuery(agentId), refetchInterval });
  return (
    <Page
      title={agent.data?.name ?? t('box')}
      lead={<WayBack to="boxes">{t('allBoxes')}</WayBack>}
      {...(agent.data !== undefined && mayEnrol && agent.data.ending === null
        ? { actions: <Acts agent={agent.data} /> }
        : {})}
    >
      <Loaded query={agent} skeleton={<SkeletonLines lines={10} />}>
        {(found) => <Content agent={found} />}
      </Loaded>
    </Page>
  );
}

function Content({ agent }: { agent: Agent }) {
  const t = useTexts(texts);
  const line = useAgentLine();
  const mayEnrol = useMay('enrolAgents');
  const { tab = agentTabs[0] } = useSearch({ from: '/o/$tenantId/boxes/$agentId' });
  const navigate = useNavigate({ from: '/o/$tenantId/boxes/$agentId' });
  // The box is asked itself, and its history is for who looks after it.
  const offered = agentTabs.filter((one) => mayEnrol || one === 'overview');
  const shown = offered.includes(tab) ? tab : agentTabs[0];
  return (
    <>
      <Group gap="sm" mb="md" mt={-8}>
        <AgentChip agent={agent} />
        <Text size="sm" c="dimmed">
          {line(agent)}
        </Text>
      </Group>
      {agent.conflict !== null && <Conflict agent={agent} mayEnrol={mayEnrol} />}
      {agent.offeredToId !== null && <Offered agent={agent} mayEnrol={mayEnrol} />}
      <Tabs
        value={shown}
        onChange={(next) =>
          void navigate({ search: next === agentTabs[0] ? {} : { tab: next as AgentTab }, replace: true })
        }
        keepMounted={false}
      >
        <Tabs.List mb="md">
          {offered.map((one) => (
            <Tabs.Tab key={one} value={one}>
              {t(one)}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        <Tabs.Panel value="overview">
          <Overview agent={agent} />
        </Tabs.Panel>
        <Tabs.Panel value="network">
          <NetworkTab agent={agent} />
        </Tabs.Panel>
        <Tabs.Panel value="history">
          <div className={classes['history']}>
            <HistoryTable filter={{ target: agent.id }} empty={<Empty title={t('noHistory')} />} />
          </div>
        </Tabs.Panel>
      </Tabs>
    </>
  );
}

/** Two machines seem to use its key: somebody has to look, and says so here. */
function Conflict({ agent: { id, conflict }, mayEnrol }: { agent: Agent; mayEnrol: boolean }) {
  const t = useTexts(texts);
  const site = useSiteWords();
  const settle = useAgentAct(
    () => answer(api.POST('/api/v1/agents/{id}:settle', { params: { path: { id } } })),
    () => {},
  );
  return (
    <Alert color="yellow" variant="outline" title={t('conflict')} mb="md">
      {conflict !== null && <Text size="sm">{site(conflict)}</Text>}
      {settle.error !== null && <ErrorNotice error={settle.error} />}
      {mayEnrol && (
        <Button
          mt="xs"
          size="xs"
          variant="default"
          loading={settle.isPending}
          onClick={() => settle.mutate(undefined)}
        >
          {t('settle')}
        </Button>
      )}
    </Alert>
  );
}

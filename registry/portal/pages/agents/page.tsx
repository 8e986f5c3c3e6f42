import { Anchor, Button, Text } from '@mantine/core';
import { IconKey, IconPlus, IconRouter } from '@tabler/icons-react';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { useMemo } from 'react';
import type { Agent } from '../../api/schema.js';
import { useFormats } from '../../i18n/formats.js';
import { useTexts } from '../../i18n/texts.js';
import { AgentChip } from '../../parts/agent-chip.js';
import { Empty } from '../../parts/page-states.js';
import { Page } from '../../parts/page.js';
import { useAgentLine, useSiteWords } from '../../parts/site-words.js';
import type { Column } from '../../parts/table/columns.js';
import { VirtualTable } from '../../parts/table/virtual-table.js';
import { TwoLines } from '../../parts/table/two-lines.js';
import { useMay } from '../../shell/me.js';
import { useTenantId } from '../../shell/scope.js';
import { AddDialog } from './add-dialog.js';
import { useAgents } from './queries.js';
import { OfferedBoxes } from './offered-boxes.js';
import { texts } from './texts.js';
import { WaitingBoxes } from './waiting-boxes.js';

export function AgentsPage() {
  const t = useTexts(texts);
  const tenantId = useTenantId();
  const { add = false } = useSearch({ from: '/o/$tenantId/boxes' });
  const navigate = useNavigate({ from: '/o/$tenantId/boxes' });
  const mayAdd = useMay('enrolAgents');
  const columns = useColumns();
  const addButton = mayAdd && (
    <Button
      leftSection={<IconPlus size={16} aria-hidden />}
      onClick={() => void navigate({ search: { add: true } })}
    >
      {t('add')}
    </Button>
  );
  return (
    <Page
      title={t('title')}
      actions={
        mayAdd && (
          <>
            <Button
              variant="default"
              leftSection={<IconKey size={16} aria-hidden />}
              renderRoot={(props) => <Link to="/o/$tenantId/keys" params={{ tenantId }} {...props} />}
            >
              {t('keys')}
            </Button>
            {addButton}
          </>
        )
      }
      fill
    >
      {mayAdd && <OfferedBoxes />}
      {mayAdd && <WaitingBoxes />}
      <VirtualTable
        label={t('title')}
        columns={columns}
        query={useAgents()}
        rowId={({ id }) => id}
        rowName={({ name }) => name}
        onOpen={({ id: agentId }) =>
          void navigate({ to: '/o/$tenantId/boxes/$agentId', params: { tenantId, agentId } })
        }
        empty={
          <Empty
            icon={<IconRouter size={40} stroke={1.2} aria-hidden />}
            title={t('empty')}
            action={addButton}
          >
            {t('emptyWhy')}
          </Empty>
        }
      />
      <AddDialog opened={add && mayAdd} onClose={() => void navigate({ search: {}, replace: true })} />
    </Page>
  );
}

function useColumns(): Column<Agent>[] {
  const t = useTexts(texts);
  const line = useAgentLine();
  const site = useSiteWords();
  const { ago, number, bytes } = useFormats();
  const tenantId = useTenantId();
  return useMemo(
    () => [
      {
        key: 'name',
        header: t('name'),
        width: 'minmax(0, 1.6fr)',
        cell: ({ id, name, integrator }) => (
          <div>
            <Anchor
              size="sm"
              fw={600}
              c="inherit"
              display="block"
              truncate
              renderRoot={(props) => (
                <Link to="/o/$tenantId/boxes/$agentId" params={{ tenantId, agentId: id }} {...props} />
              )}
            >
              {name}
            </Anchor>
            <Text size="xs" c="dimmed" truncate>
              {integrator.name}
            </Text>
          </div>
        ),
      },
      {
        key: 'state',
        header: t('state'),
        width: 'minmax(8rem, 1.6fr)',
        cell: (agent) => {
          const said = agent.conflict === null ? line(agent) : site(agent.conflict);
          return (
            <div>
              <AgentChip agent={agent} />
              <Text size="xs" c="dimmed" mt={2} lineClamp={2} lh={1.25} title={said}>
                {said}
              </Text>
            </div>
          );
        },
      },
      {
        key: 'cameras',
        header: t('cameras'),
        width: '5rem',
        cell: ({ cameras }) => <Text size="sm">{number(cameras)}</Text>,
      },
      {
        key: 'spool',
        header: t('spool'),
        width: 'minmax(0, 1fr)',
        from: 'md',
        cell: ({ spool }) => (
          <Text size="sm" truncate>
            {spool.segments === 0 ? t('spoolEmpty') : bytes(spool.sizeBytes)}
          </Text>
        ),
      },
      {
        key: 'heard',
        header: t('heard'),
        width: 'minmax(0, 1fr)',
        from: 'md',
        cell: ({ lastHeardAt }) => <Text size="sm">{ago(lastHeardAt)}</Text>,
      },
      {
        key: 'version',
        header: t('version'),
        width: 'minmax(0, 1fr)',
        from: 'lg',
        cell: ({ agentVersion, hostname }) => (
          <TwoLines first={agentVersion === '' ? '–' : agentVersion} second={hostname} />
        ),
      },
    ],
    [t, line, site, ago, number, bytes, tenantId],
  );
}

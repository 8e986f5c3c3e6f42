import { useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { answer, api } from '../../api/client.js';
import type { Agent } from '../../api/schema.js';
import { useTexts } from '../../i18n/texts.js';
import { ReplacementDialog } from '../../parts/replacement-dialog.js';
import { useAgentLine } from '../../parts/site-words.js';
import { toast } from '../../parts/toasts.js';
import { useTenantId } from '../../shell/scope.js';
import { useAgentAct } from './queries.js';
import { texts } from './texts.js';

/** Puts another box in the place of this one: it takes over the cameras with everything that is theirs (R43). */
export function ReplaceDialog({ agent, onClose }: { agent: Agent; onClose: () => void }) {
  const t = useTexts(texts);
  const line = useAgentLine();
  const tenantId = useTenantId();
  const navigate = useNavigate();
  const known = useQuery({
    queryKey: ['agents', 'of', agent.integrator.id],
    queryFn: ({ signal }) =>
      answer(
        api.GET('/api/v1/agents', { params: { query: { tenant: agent.integrator.id, limit: 200 } }, signal }),
      ),
  });
  const replace = useAgentAct(
    (byAgentId: string) =>
      answer(
        api.POST('/api/v1/agents/{id}:replace', { params: { path: { id: agent.id } }, body: { byAgentId } }),
      ),
    ({ replacedById, cameras }) => {
      toast({ message: t('replacedNow', { name: agent.name, count: cameras }) });
      void navigate({ to: '/o/$tenantId/boxes/$agentId', params: { tenantId, agentId: replacedById } });
    },
  );
  // New hardware is a box of the same integrator that still counts; newest first, for it has just come in.
  const others = known.data?.items
    .filter(
      ({ id, integrator, ending }) =>
        id !== agent.id && integrator.id === agent.integrator.id && ending === null,
    )
    .toReversed()
    .map((other) => ({
      id: other.id,
      name: other.name,
      about: [other.hostname, t('cameras', { count: other.cameras }), line(other)].join(' · '),
    }));
  return (
    <ReplacementDialog
      title={t('replaceTitle', { name: agent.name })}
      what={t('replaceWhat', { count: agent.cameras })}
      label={t('replaceBy')}
      none={t('replaceNone')}
      act={t('replaceIt', { count: agent.cameras })}
      candidates={others}
      fault={known.error}
      pending={replace.isPending}
      error={replace.error}
      onReplace={(byId) => replace.mutate(byId)}
      onClose={onClose}
    />
  );
}

import { Alert, Button, Text } from '@mantine/core';
import { answer, api } from '../../api/client.js';
import type { Agent } from '../../api/schema.js';
import { useTexts } from '../../i18n/texts.js';
import { ErrorNotice } from '../../parts/error-notice.js';
import { toast } from '../../parts/toasts.js';
import { useAgentAct } from './queries.js';
import { texts } from './texts.js';

/** The box waits for another integrator to accept it; until then the offer can be taken back. */
export function Offered({ agent: { id, name }, mayEnrol }: { agent: Agent; mayEnrol: boolean }) {
  const t = useTexts(texts);
  const withdraw = useAgentAct(
    () => answer(api.POST('/api/v1/agents/{id}:withdraw', { params: { path: { id } } })),
    () => toast({ message: t('withdrawnNow', { name }) }),
  );
  return (
    <Alert color="gray" variant="outline" title={t('offered')} mb="md">
      <Text size="sm">{t('offeredWhat')}</Text>
      {withdraw.error !== null && <ErrorNotice error={withdraw.error} />}
      {mayEnrol && (
        <Button
          mt="xs"
          size="xs"
          variant="default"
          loading={withdraw.isPending}
          onClick={() => withdraw.mutate(undefined)}
        >
          {t('withdraw')}
        </Button>
      )}
    </Alert>
  );
}

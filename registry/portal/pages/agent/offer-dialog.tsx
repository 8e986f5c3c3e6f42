import { Text, TextInput } from '@mantine/core';
import { useState } from 'react';
import { answer, api } from '../../api/client.js';
import type { Agent } from '../../api/schema.js';
import { useTexts } from '../../i18n/texts.js';
import type { Named } from '../../parts/binding-rule/rule.js';
import { FormDialog } from '../../parts/form-dialog.js';
import { TenantPicker } from '../../parts/tenant-picker.js';
import { toast } from '../../parts/toasts.js';
import { useAgentAct } from './queries.js';
import { texts } from './texts.js';

/** Offers a box to another integrator: one that is seen, or any by its id (R44). */
export function OfferDialog({ agent, onClose }: { agent: Agent; onClose: () => void }) {
  const t = useTexts(texts);
  const [seen, setSeen] = useState<Named | null>(null);
  const [id, setId] = useState('');
  const integratorId = seen?.id ?? id.trim();
  const offer = useAgentAct(
    () =>
      answer(
        api.POST('/api/v1/agents/{id}:offer', { params: { path: { id: agent.id } }, body: { integratorId } }),
      ),
    () => {
      toast({ message: t('offeredNow', { name: agent.name }) });
      onClose();
    },
  );
  return (
    <FormDialog
      title={t('offerTitle', { name: agent.name })}
      size="lg"
      act={t('offerIt')}
      ready={integratorId !== ''}
      pending={offer.isPending}
      error={offer.error}
      onSubmit={() => offer.mutate(undefined)}
      onClose={onClose}
    >
      <Text size="sm">{t('offerWhat')}</Text>
      <TenantPicker
        kinds={['integrator']}
        label={t('offerTo')}
        placeholder={t('offerToHint')}
        value={seen}
        clear={t('offerToNobody')}
        onChange={setSeen}
      />
      {seen === null && (
        <TextInput
          label={t('offerToId')}
          description={t('offerToIdWhat')}
          placeholder="ten_01…"
          autoComplete="off"
          spellCheck={false}
          value={id}
          onChange={(event) => setId(event.currentTarget.value)}
        />
      )}
    </FormDialog>
  );
}

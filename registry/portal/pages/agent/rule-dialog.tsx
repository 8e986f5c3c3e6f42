import { Text } from '@mantine/core';
import { useState } from 'react';
import type { Agent } from '../../api/schema.js';
import { useTexts } from '../../i18n/texts.js';
import { ruleBody, type Rule } from '../../parts/binding-rule/rule.js';
import { RuleFields } from '../../parts/binding-rule/rule-fields.js';
import { FormDialog } from '../../parts/form-dialog.js';
import { useFieldErrors } from '../../parts/form-errors.js';
import { toast } from '../../parts/toasts.js';
import { changeAgent, useAgentAct } from './queries.js';
import { texts } from './texts.js';

/** Says where new cameras of a box go at once; those it has stay where they are. */
export function RuleDialog({ agent, onClose }: { agent: Agent; onClose: () => void }) {
  const t = useTexts(texts);
  const fieldErrors = useFieldErrors();
  const [rule, setRule] = useState<Rule>({
    customer: agent.autoBind?.customer ?? null,
    planId: agent.autoBind?.plan.id ?? null,
  });
  const save = useAgentAct(
    () => changeAgent(agent, { autoBind: ruleBody(rule) }),
    () => {
      toast({ message: t('ruleSaved') });
      onClose();
    },
  );
  const faults = fieldErrors(save.error);
  return (
    <FormDialog
      title={t('ruleTitle', { name: agent.name })}
      size="lg"
      act={rule.customer === null ? t('saveInbox') : t('saveCustomer', { customer: rule.customer.name })}
      pending={save.isPending}
      error={faults === null ? save.error : null}
      onSubmit={() => save.mutate(undefined)}
      onClose={onClose}
    >
      <Text size="sm">{t('ruleWhat')}</Text>
      <RuleFields value={rule} onChange={setRule} errors={faults ?? {}} />
    </FormDialog>
  );
}

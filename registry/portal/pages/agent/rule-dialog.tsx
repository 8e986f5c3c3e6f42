import { Button, Group, Stack, Text } from '@mantine/core';
import { useState } from 'react';
import type { Agent } from '../../api/schema.js';
import { useTexts } from '../../i18n/texts.js';
import { ruleBody, type Rule } from '../../parts/binding-rule/rule.js';
import { RuleFields } from '../../parts/binding-rule/rule-fields.js';
import { Dialog } from '../../parts/dialog.js';
import { ErrorNotice } from '../../parts/error-notice.js';
import { fieldErrors } from '../../parts/form-errors.js';
import { toast } from '../../parts/toasts.js';
import { changeAgent, useAgentAct } from './queries.js';
import { texts } from './texts.js';

/** Says where new cameras of a box go at once; those it has stay where they are. */
export function RuleDialog({ agent, onClose }: { agent: Agent; onClose: () => void }) {
  const t = useTexts(texts);
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
    <Dialog opened onClose={onClose} title={t('ruleTitle', { name: agent.name })} size="lg">
      <form
        onSubmit={(event) => {
          event.preventDefault();
          save.mutate(undefined);
        }}
      >
        <Stack>
          <Text size="sm">{t('ruleWhat')}</Text>
          <RuleFields value={rule} onChange={setRule} errors={faults ?? {}} />
          {save.error !== null && faults === null && <ErrorNotice error={save.error} />}
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              {t('cancel')}
            </Button>
            <Button type="submit" loading={save.isPending}>
              {rule.customer === null ? t('saveInbox') : t('saveCustomer', { customer: rule.customer.name })}
            </Button>
          </Group>
        </Stack>
      </form>
    </Dialog>
  );
}

import { Text, TextInput } from '@mantine/core';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { answer, api } from '../../api/client.js';
import type { WaitingBox } from '../../api/schema.js';
import { useFormats } from '../../i18n/formats.js';
import { useTexts } from '../../i18n/texts.js';
import { useAct } from '../../parts/act.js';
import { noRule, ruleBody, type Named } from '../../parts/binding-rule/rule.js';
import { RuleFields } from '../../parts/binding-rule/rule-fields.js';
import { Facts } from '../../parts/facts.js';
import { FormDialog } from '../../parts/form-dialog.js';
import { useFieldErrors } from '../../parts/form-errors.js';
import { TenantPicker } from '../../parts/tenant-picker.js';
import { toast } from '../../parts/toasts.js';
import { useScope } from '../../shell/scope.js';
import classes from './agents.module.css';
import { texts } from './texts.js';

/** Compares the words with the screen of the box, and lets it in. */
export function ApproveDialog({
  box,
  name,
  onClose,
}: {
  box: WaitingBox;
  name: string;
  onClose: () => void;
}) {
  const t = useTexts(texts);
  const fieldErrors = useFieldErrors();
  const { clock } = useFormats();
  const scope = useScope();
  const navigate = useNavigate();
  const [integrator, setIntegrator] = useState<Named | null>(scope.kind === 'integrator' ? scope : null);
  const [boxName, setBoxName] = useState(box.hostname);
  const [rule, setRule] = useState(noRule);
  const approve = useAct(
    (integratorId: string) =>
      answer(
        api.POST('/api/v1/claims/{code}:approve', {
          params: { path: { code: box.userCode } },
          body: { integratorId, name: boxName.trim() || null, autoBind: ruleBody(rule) },
        }),
      ),
    {
      // Also after a refusal: somebody else may have been quicker.
      stale: ['claims', 'agents', 'home'],
      onDone: ({ id, name: nameNow }) => {
        toast({ message: t('letInNow', { name: nameNow }) });
        void navigate({
          to: '/o/$tenantId/boxes/$agentId',
          params: { tenantId: scope.id, agentId: id },
        });
      },
    },
  );
  const faults = fieldErrors(approve.error);
  return (
    <FormDialog
      title={t('approveTitle', { name })}
      size="lg"
      act={t('approveIt')}
      ready={integrator !== null}
      pending={approve.isPending}
      error={faults === null ? approve.error : null}
      onSubmit={() => integrator !== null && approve.mutate(integrator.id)}
      onClose={onClose}
    >
      <div className={classes['words']}>
        <Text size="xs" c="dimmed">
          {t('words')}
        </Text>
        <Text fz={26} fw={700} lh={1.25}>
          {box.words.join(' ')}
        </Text>
        <Text size="sm">{t('compare')}</Text>
      </div>
      <Facts
        facts={[
          [t('from'), box.ip ?? t('unknownAddress')],
          [t('version'), box.agentVersion],
          [t('code'), box.userCode],
          [t('goodUntil'), clock(Date.parse(box.expiresAt))],
        ]}
      />
      <TextInput
        label={t('boxName')}
        value={boxName}
        error={faults?.['name']}
        maxLength={200}
        autoComplete="off"
        onChange={(event) => setBoxName(event.currentTarget.value)}
      />
      {scope.kind !== 'integrator' && (
        <TenantPicker
          kinds={['integrator']}
          label={t('integrator')}
          placeholder={t('integratorHint')}
          value={integrator}
          error={faults?.['integratorId']}
          onChange={setIntegrator}
        />
      )}
      <RuleFields value={rule} onChange={setRule} errors={faults ?? {}} />
    </FormDialog>
  );
}

import { Button, Group, Stack, Text, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { answer, api } from '../../api/client.js';
import type { WaitingBox } from '../../api/schema.js';
import { useFormats } from '../../i18n/formats.js';
import { useTexts } from '../../i18n/texts.js';
import { noRule, ruleBody, type Named } from '../../parts/binding-rule/rule.js';
import { RuleFields } from '../../parts/binding-rule/rule-fields.js';
import { Dialog } from '../../parts/dialog.js';
import { ErrorNotice } from '../../parts/error-notice.js';
import { Facts } from '../../parts/facts.js';
import { fieldErrors } from '../../parts/form-errors.js';
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
  const { clock } = useFormats();
  const scope = useScope();
  const client = useQueryClient();
  const navigate = useNavigate();
  const [integrator, setIntegrator] = useState<Named | null>(scope.kind === 'integrator' ? scope : null);
  const [boxName, setBoxName] = useState(box.hostname);
  const [rule, setRule] = useState(noRule);
  const approve = useMutation({
    mutationFn: (integratorId: string) =>
      answer(
        api.POST('/api/v1/claims/{code}:approve', {
          params: { path: { code: box.userCode } },
          body: { integratorId, name: boxName.trim() || null, autoBind: ruleBody(rule) },
        }),
      ),
    onSuccess: ({ id, name: nameNow }) => {
      toast({ message: t('letInNow', { name: nameNow }) });
      void navigate({
        to: '/o/$tenantId/boxes/$agentId',
        params: { tenantId: scope.id, agentId: id },
      });
    },
    // Also after a refusal: somebody else may have been quicker.
    onSettled: () =>
      Promise.all(
        [['claims'], ['agents'], ['home']].map((queryKey) => client.invalidateQueries({ queryKey })),
      ),
  });
  const faults = fieldErrors(approve.error);
  return (
    <Dialog opened onClose={onClose} title={t('approveTitle', { name })} size="lg">
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (integrator !== null) approve.mutate(integrator.id);
        }}
      >
        <Stack>
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
              kind="integrator"
              label={t('integrator')}
              placeholder={t('integratorHint')}
              value={integrator}
              error={faults?.['integratorId']}
              onChange={setIntegrator}
            />
          )}
          <RuleFields value={rule} onChange={setRule} errors={faults ?? {}} />
          {approve.error !== null && faults === null && <ErrorNotice error={approve.error} />}
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              {t('cancel')}
            </Button>
            <Button type="submit" disabled={integrator === null} loading={approve.isPending}>
              {t('approveIt')}
            </Button>
          </Group>
        </Stack>
      </form>
    </Dialog>
  );
}

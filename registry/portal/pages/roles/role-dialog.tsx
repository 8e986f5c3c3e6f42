import '@mantine/core/styles/Radio.css';
import { Button, Group, Radio, Stack, Text, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { answer, api, ifMatch } from '../../api/client.js';
import type { Role } from '../../api/schema.js';
import { useTexts } from '../../i18n/texts.js';
import { Dialog } from '../../parts/dialog.js';
import { DialogActs } from '../../parts/dialog-acts.js';
import { ErrorNotice } from '../../parts/error-notice.js';
import { useFieldErrors } from '../../parts/form-errors.js';
import { toast } from '../../parts/toasts.js';
import { bodyOf, templates, type RoleContent, type Template } from './rights.js';
import { RightsMatrix } from './rights-matrix.js';
import { texts } from './texts.js';

/** Makes a role (`role` null, beginning with `from`) or changes one; its family is chosen once (R29). */
export function RoleDialog({
  tenantId,
  role,
  from,
  onClose,
}: {
  tenantId: string;
  role: Role | null;
  from: RoleContent;
  onClose: () => void;
}) {
  const t = useTexts(texts);
  const fieldErrors = useFieldErrors();
  const client = useQueryClient();
  const [content, setContent] = useState(from);
  const save = useMutation({
    mutationFn: () =>
      role === null
        ? answer(
            api.POST('/api/v1/roles', { body: { tenantId, family: content.family, ...bodyOf(content) } }),
          )
        : answer(
            api.PATCH('/api/v1/roles/{roleId}', {
              params: { path: { roleId: role.id } },
              headers: ifMatch(role.version),
              body: bodyOf(content),
            }),
          ),
    onSuccess: ({ name }) => {
      toast({ message: t('saved', { name }) });
      onClose();
    },
    // Also after a refusal: somebody else may have been quicker.
    onSettled: () => client.invalidateQueries({ queryKey: ['roles'] }),
  });
  const faults = fieldErrors(save.error);
  const allowsNothing = bodyOf(content).cameras.length === 0 && content.allCameras.length === 0;
  return (
    <Dialog
      opened
      onClose={onClose}
      title={role === null ? t('create') : t('changeTitle', { name: role.name })}
      size="xl"
    >
      <form
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          save.mutate();
        }}
      >
        <Stack>
          <TextInput
            label={t('name')}
            required
            maxLength={100}
            autoComplete="off"
            data-autofocus
            value={content.name}
            error={faults?.['name']}
            onChange={(event) => setContent({ ...content, name: event.currentTarget.value })}
          />
          {role === null && (
            <>
              <Group gap="xs" role="group" aria-label={t('beginWith')}>
                <Text size="sm">{t('beginWith')}</Text>
                {(Object.keys(templates) as Template[]).map((template) => (
                  <Button
                    key={template}
                    size="xs"
                    variant="default"
                    onClick={() =>
                      setContent({
                        ...content,
                        ...templates[template],
                        name: content.name.trim() === '' ? t(template) : content.name,
                      })
                    }
                  >
                    {t(template)}
                  </Button>
                ))}
              </Group>
              <Radio.Group
                label={t('family')}
                value={content.family}
                onChange={(family) => setContent({ ...content, family })}
              >
                <Group mt={6} gap="lg">
                  <Radio value="guard" label={t('guard')} description={t('guardWhy')} flex="1 1 12rem" />
                  <Radio value="admin" label={t('admin')} description={t('adminWhy')} flex="1 1 12rem" />
                </Group>
              </Radio.Group>
            </>
          )}
          {role !== null && role.members > 0 && <Text size="sm">{t('atOnce', { count: role.members })}</Text>}
          <RightsMatrix
            tenantId={tenantId}
            value={content}
            onChange={(next) => setContent({ ...content, ...next })}
          />
          {save.error !== null && faults?.['name'] === undefined && <ErrorNotice error={save.error} />}
          <DialogActs>
            <Button variant="default" onClick={onClose}>
              {t('cancel')}
            </Button>
            <Button
              type="submit"
              loading={save.isPending}
              disabled={content.name.trim() === '' || allowsNothing}
            >
              {role === null ? t('createIt') : t('save')}
            </Button>
          </DialogActs>
        </Stack>
      </form>
    </Dialog>
  );
}

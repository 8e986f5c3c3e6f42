import { Button, Stack, TextInput } from '@mantine/core';
import { useState } from 'react';
import { answer, api, ifMatch } from '../../api/client.js';
import { useTexts } from '../../i18n/texts.js';
import { Dialog } from '../../parts/dialog.js';
import { DialogActs } from '../../parts/dialog-acts.js';
import { ErrorNotice } from '../../parts/error-notice.js';
import { useFieldErrors } from '../../parts/form-errors.js';
import { useMe } from '../../shell/me.js';
import { useUserAct } from './acts.js';
import type { Standing } from './queries.js';
import { StandingFields } from './standing-fields.js';
import { texts } from './texts.js';
import type { UserDialogProps } from './user-dialog-props.js';

/** Name, address and standing; only what differs is sent. */
export function ChangeDialog({ user, onClose }: UserDialogProps) {
  const t = useTexts(texts);
  const fieldErrors = useFieldErrors();
  const { user: me } = useMe();
  const [name, setName] = useState(user.name);
  const [email, setEmail] = useState(user.email);
  const [standing, setStanding] = useState<Standing>(user);
  const { family, owner } = standing;
  const roleIds = standing.roleIds.toSorted();
  const changes = {
    ...(name.trim() === user.name ? {} : { name: name.trim() }),
    ...(email.trim() === user.email ? {} : { email: email.trim() }),
    ...(family === user.family ? {} : { family }),
    ...(owner === user.owner ? {} : { owner }),
    ...(roleIds.join() === user.roleIds.toSorted().join() ? {} : { roleIds }),
  };
  const change = useUserAct(
    () =>
      answer(
        api.PATCH('/api/v1/users/{id}', {
          params: { path: { id: user.id } },
          headers: ifMatch(user.version),
          body: { tenantId: user.tenantId, ...changes },
        }),
      ),
    onClose,
    t('changed', { name: name.trim() }),
  );
  const faults = fieldErrors(change.error);
  return (
    <Dialog opened onClose={onClose} title={t('changeTitle', { name: user.name })} size="lg">
      <form
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          change.mutate(undefined);
        }}
      >
        <Stack>
          <TextInput
            label={t('name')}
            required
            maxLength={200}
            autoComplete="off"
            data-autofocus
            value={name}
            error={faults?.['name']}
            onChange={(event) => setName(event.currentTarget.value)}
          />
          <TextInput
            label={t('email')}
            description={t(user.id === me?.id ? 'emailOwn' : 'emailWhy')}
            required
            type="email"
            autoComplete="off"
            disabled={user.id === me?.id}
            value={email}
            error={faults?.['email']}
            onChange={(event) => setEmail(event.currentTarget.value)}
          />
          <StandingFields
            tenantId={user.tenantId}
            value={standing}
            onChange={setStanding}
            errors={faults ?? {}}
          />
          {change.error !== null && faults === null && <ErrorNotice error={change.error} />}
          <DialogActs>
            <Button variant="default" onClick={onClose}>
              {t('cancel')}
            </Button>
            <Button type="submit" loading={change.isPending} disabled={Object.keys(changes).length === 0}>
              {t('save')}
            </Button>
          </DialogActs>
        </Stack>
      </form>
    </Dialog>
  );
}

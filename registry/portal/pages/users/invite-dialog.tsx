import { Alert, Button, Stack, Text } from '@mantine/core';
import { useState } from 'react';
import { answer, api } from '../../api/client.js';
import { Problem } from '../../api/problem.js';
import type { Tenant } from '../../api/schema.js';
import { useTexts } from '../../i18n/texts.js';
import { Dialog } from '../../parts/dialog.js';
import { DialogActs } from '../../parts/dialog-acts.js';
import { ErrorNotice } from '../../parts/error-notice.js';
import { useFieldErrors } from '../../parts/form-errors.js';
import { LinkDialog } from '../../parts/people/link-dialog.js';
import { PersonFields } from '../../parts/people/person-fields.js';
import { noPerson, personOf } from '../../parts/people/person.js';
import { useUserAct } from './acts.js';
import type { Standing } from './queries.js';
import { StandingFields } from './standing-fields.js';
import { texts } from './texts.js';

/** Whether the address belongs to somebody already: they need no second account, only a place here (R26). */
const isTaken = (error: unknown): boolean =>
  error instanceof Problem && (error.body.errors ?? []).some(({ code }) => code === 'taken');

export function InviteDialog({ tenant, onClose }: { tenant: Tenant; onClose: () => void }) {
  const t = useTexts(texts);
  const fieldErrors = useFieldErrors();
  const [person, setPerson] = useState(noPerson);
  const [standing, setStanding] = useState<Standing>({ family: 'admin', owner: false, roleIds: [] });
  const invite = useUserAct(
    () =>
      answer(api.POST('/api/v1/users', { body: { tenantId: tenant.id, ...personOf(person), ...standing } })),
    ({ link }) => {
      if (link === null) onClose();
    },
    ({ link, name, email }) =>
      link !== null
        ? null
        : person.activation === 'email_link'
          ? t('invited_letter', { name, email })
          : t('invited_password', { name }),
  );
  const place = useUserAct(
    () =>
      answer(
        api.POST('/api/v1/users/memberships', {
          body: { tenantId: tenant.id, email: person.email.trim(), ...standing },
        }),
      ),
    onClose,
    ({ name }) => t('placed', { name, tenant: tenant.name }),
  );
  const link = invite.data?.link ?? null;
  if (link !== null) return <LinkDialog link={link} name={person.name} onClose={onClose} />;
  const faults = fieldErrors(invite.error);
  const taken = isTaken(invite.error);
  return (
    <Dialog opened onClose={onClose} title={t('inviteTitle', { tenant: tenant.name })} size="lg">
      <form
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          place.reset();
          invite.mutate(undefined);
        }}
      >
        <Stack>
          <PersonFields value={person} onChange={setPerson} errors={faults ?? {}} autoFocus />
          <StandingFields
            tenantId={tenant.id}
            value={standing}
            onChange={setStanding}
            errors={faults ?? {}}
          />
          {taken && place.error === null && (
            <Alert color="yellow" variant="outline" title={t('takenTitle')}>
              <Stack gap="xs" align="flex-start">
                <Text size="sm">{t('takenWhy', { tenant: tenant.name })}</Text>
                <Button
                  size="xs"
                  variant="default"
                  loading={place.isPending}
                  onClick={() => place.mutate(undefined)}
                >
                  {t('takenAct')}
                </Button>
              </Stack>
            </Alert>
          )}
          {place.error !== null && <ErrorNotice error={place.error} />}
          {invite.error !== null && faults === null && <ErrorNotice error={invite.error} />}
          <DialogActs>
            <Button variant="default" onClick={onClose}>
              {t('cancel')}
            </Button>
            <Button type="submit" loading={invite.isPending}>
              {t('invite')}
            </Button>
          </DialogActs>
        </Stack>
      </form>
    </Dialog>
  );
}

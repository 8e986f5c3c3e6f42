import { Button, Text } from '@mantine/core';
import { IconShieldCheck, IconUserPlus, IconUsers } from '@tabler/icons-react';
import { useInfiniteQuery } from '@tanstack/react-query';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { useCallback, useState } from 'react';
import type { User } from '../../api/schema.js';
import { useTexts } from '../../i18n/texts.js';
import { useAskingAgainMs } from '../../live/live.js';
import { Empty, NoMatch } from '../../parts/page-states.js';
import { lazyDialog } from '../../parts/lazy-dialog.js';
import { Page } from '../../parts/page.js';
import { SearchField } from '../../parts/search-field.js';
import { present } from '../../parts/search-params.js';
import { VirtualTable } from '../../parts/table/virtual-table.js';
import { useMay } from '../../shell/me.js';
import { useScope } from '../../shell/scope.js';
import { PersonHistory } from './person-history.js';
import { usersQuery } from './queries.js';
import { texts } from './texts.js';
import { useUserColumns } from './user-columns.js';
import type { UserAct } from './user-menu.js';

const InviteDialog = lazyDialog(async () => (await import('./invite-dialog.js')).InviteDialog);
const UserDialogs = lazyDialog(async () => (await import('./user-dialogs.js')).UserDialogs);

/** The people of a tenant: who they are, how far they may go, whether they get in. */
export function UsersPage() {
  const t = useTexts(texts);
  const mayManage = useMay('manage');
  const { person } = useSearch({ from: '/o/$tenantId/users' });
  if (!mayManage) {
    return (
      <Page title={t('title')}>
        <Empty title={t('mayNot')}>{t('mayNotWhy')}</Empty>
      </Page>
    );
  }
  return person === undefined ? <UserList /> : <PersonHistory id={person} />;
}

function UserList() {
  const t = useTexts(texts);
  const tenant = useScope();
  const { text } = useSearch({ from: '/o/$tenantId/users' });
  const navigate = useNavigate({ from: '/o/$tenantId/users' });
  const everyMs = useAskingAgainMs();
  const users = useInfiniteQuery({ ...usersQuery(tenant.id, text), refetchInterval: everyMs });
  const [inviting, setInviting] = useState(false);
  const [asked, setAsked] = useState<{ user: User; act: UserAct } | null>(null);
  const ask = useCallback((user: User, act: UserAct) => setAsked({ user, act }), []);
  const columns = useUserColumns(tenant.id, ask);
  const search = (next: string | undefined) =>
    void navigate({ search: present({ text: next }), replace: true });
  const invite = (
    <Button leftSection={<IconUserPlus size={16} aria-hidden />} onClick={() => setInviting(true)}>
      {t('inviteSomebody')}
    </Button>
  );
  return (
    <Page
      title={t('title')}
      actions={
        <>
          <Button
            variant="default"
            leftSection={<IconShieldCheck size={16} aria-hidden />}
            renderRoot={(props) => (
              <Link to="/o/$tenantId/roles" params={{ tenantId: tenant.id }} {...props} />
            )}
          >
            {t('roles')}
          </Button>
          {invite}
        </>
      }
      fill
    >
      <Text size="sm" c="dimmed">
        {t('lead', { tenant: tenant.name })}
      </Text>
      <div>
        <SearchField label={t('search')} text={text} onChange={search} />
      </div>
      <VirtualTable
        label={t('title')}
        columns={columns}
        query={users}
        rowId={({ id }) => id}
        rowName={({ name }) => name}
        empty={
          text !== undefined ? (
            <NoMatch title={t('noMatch', { text })} onClear={() => search(undefined)} />
          ) : (
            <Empty
              icon={<IconUsers size={40} stroke={1.2} aria-hidden />}
              title={t('empty', { tenant: tenant.name })}
              action={invite}
            >
              {t('emptyWhy')}
            </Empty>
          )
        }
      />
      {inviting && <InviteDialog tenant={tenant} onClose={() => setInviting(false)} />}
      {asked !== null && (
        <UserDialogs
          key={asked.act}
          user={asked.user}
          act={asked.act}
          onAct={(act) => setAsked({ ...asked, act })}
          onClose={() => setAsked(null)}
        />
      )}
    </Page>
  );
}

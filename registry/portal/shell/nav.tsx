import {
  IconBuildingStore,
  IconEye,
  IconHistory,
  IconHome,
  IconId,
  IconInbox,
  IconKey,
  IconMovie,
  IconRouter,
  IconServer,
  IconSettings,
  IconUsers,
  IconVideo,
  type Icon,
} from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { Link, useSearch, type LinkProps } from '@tanstack/react-router';
import type { Tenant } from '../api/schema.js';
import { useFormats } from '../i18n/formats.js';
import { useTexts } from '../i18n/texts.js';
import { useAskingAgainMs } from '../live/live.js';
import { summaryQuery } from '../parts/camera-summary.js';
import { useMe, type Capability } from './me.js';
import { useScope } from './scope.js';
import classes from './shell.module.css';
import { texts } from './texts.js';

interface NavEntry {
  to: NonNullable<LinkProps['to']>;
  label: keyof (typeof texts)['en'] &
    (
      | 'home'
      | 'unassigned'
      | 'cameras'
      | 'boxes'
      | 'customers'
      | 'recordings'
      | 'events'
      | 'users'
      | 'profile'
      | 'supportAccess'
      | 'apiKeys'
      | 'settings'
      | 'platform'
    );
  icon: Icon;
  /** A view of the page before it, by its own address: the inbox (R35). */
  state?: 'unassigned';
  /** Its address begins those of all other pages. */
  exact?: true;
  /** Who is offered the page; everybody without it. */
  needs?: Capability;
  /** In whose scope it makes sense; everywhere without it. */
  kinds?: readonly Tenant['kind'][];
}

/** Every page that is reached from the left, in order. */
export const navEntries: readonly NavEntry[] = [
  { to: '/o/$tenantId', label: 'home', icon: IconHome, exact: true },
  { to: '/o/$tenantId/cameras', label: 'cameras', icon: IconVideo },
  {
    to: '/o/$tenantId/cameras',
    label: 'unassigned',
    icon: IconInbox,
    state: 'unassigned',
    needs: 'manage',
    kinds: ['platform', 'integrator'],
  },
  {
    to: '/o/$tenantId/boxes',
    label: 'boxes',
    icon: IconRouter,
    needs: 'enrolAgents',
    kinds: ['platform', 'integrator'],
  },
  {
    to: '/o/$tenantId/customers',
    label: 'customers',
    icon: IconBuildingStore,
    needs: 'manage',
  },
  { to: '/o/$tenantId/recordings', label: 'recordings', icon: IconMovie },
  { to: '/o/$tenantId/events', label: 'events', icon: IconHistory, needs: 'manage' },
  { to: '/o/$tenantId/users', label: 'users', icon: IconUsers, needs: 'manage' },
  {
    to: '/o/$tenantId/support',
    label: 'supportAccess',
    icon: IconEye,
    needs: 'manage',
    kinds: ['customer'],
  },
  { to: '/o/$tenantId/api-keys', label: 'apiKeys', icon: IconKey, needs: 'manage' },
  { to: '/o/$tenantId/account', label: 'profile', icon: IconId, needs: 'manage' },
  {
    to: '/o/$tenantId/settings',
    label: 'settings',
    icon: IconSettings,
    needs: 'manage',
    kinds: ['platform', 'integrator'],
  },
  {
    to: '/o/$tenantId/platform',
    label: 'platform',
    icon: IconServer,
    needs: 'manage',
    kinds: ['platform'],
  },
];

export function useNavEntries(): NavEntry[] {
  const { capabilities } = useMe();
  const { kind } = useScope();
  return navEntries.filter(
    ({ needs, kinds }) =>
      (needs === undefined || capabilities.includes(needs)) && (kinds === undefined || kinds.includes(kind)),
  );
}

export function Nav({ onGo }: { onGo: () => void }) {
  const t = useTexts(texts);
  const { id: tenantId } = useScope();
  const { state: shown } = useSearch({ strict: false });
  // A view has an entry of its own: its page's entry is not where one is then.
  const isView = useNavEntries().some(({ state }) => state !== undefined && state === shown);
  return (
    <div className={classes['nav']}>
      {useNavEntries().map(({ to, label, icon: EntryIcon, state, exact = false }) => (
        <Link
          key={label}
          to={to}
          params={{ tenantId }}
          search={state === undefined ? {} : { state }}
          activeOptions={{ exact, includeSearch: false }}
          onClick={onGo}
          className={classes['navItem'] ?? ''}
        >
          {({ isActive }) => (
            <span
              className={classes['navLink']}
              data-active={(isActive && (state === shown || (state === undefined && !isView))) || undefined}
            >
              <EntryIcon size={20} stroke={1.7} aria-hidden />
              {t(label)}
              {state !== undefined && <UnassignedCount />}
            </span>
          )}
        </Link>
      ))}
    </div>
  );
}

/** How many cameras wait in the inbox. */
function UnassignedCount() {
  const { number } = useFormats();
  const { id: tenantId } = useScope();
  const count = useQuery({ ...summaryQuery(tenantId, {}), refetchInterval: useAskingAgainMs() }).data?.states
    .unassigned;
  if (count === undefined || count === 0) return null;
  return <span className={classes['navCount']}>{number(count)}</span>;
}

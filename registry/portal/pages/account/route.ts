import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { flagIn, oneIn, present, type Search } from '../../parts/search-params.js';
import { scopeRoute } from '../../shell/scope-route.js';

/** In the order they are shown; the first is what the address without a tab means. */
export const accountTabs = ['statistics', 'profile', 'modules'] as const;
export type AccountTab = (typeof accountTabs)[number];

/** How many days the statistics reach back. */
export const statisticsDays = [7, 30, 90, 365] as const;
export type StatisticsDays = (typeof statisticsDays)[number];

export interface AccountSearch {
  tab?: AccountTab;
  days?: StatisticsDays;
  /** Statistics as a table. */
  table?: true;
}

/** P15, P16: the account of the tenant whose scope it is. */
export const accountRoute = createRoute({
  getParentRoute: () => scopeRoute,
  path: 'account',
  validateSearch: (search: Search): AccountSearch =>
    present({
      tab: oneIn(search, 'tab', accountTabs),
      days: statisticsDays.find((days) => days === search['days']),
      table: flagIn(search, 'table'),
    }),
  component: lazyRouteComponent(() => import('./page.js'), 'AccountPage'),
});

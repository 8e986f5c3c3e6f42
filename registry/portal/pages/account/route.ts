import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { oneIn, present, type Search } from '../../parts/search-params.js';
import { scopeRoute } from '../../shell/scope-route.js';

/** In the order they are shown; the first is what the address without a tab means. */
export const accountTabs = ['profile', 'modules'] as const;
export type AccountTab = (typeof accountTabs)[number];

/** P15, P16: the account of the tenant whose scope it is. */
export const accountRoute = createRoute({
  getParentRoute: () => scopeRoute,
  path: 'account',
  validateSearch: (search: Search): { tab?: AccountTab } =>
    present({ tab: oneIn(search, 'tab', accountTabs) }),
  component: lazyRouteComponent(() => import('./page.js'), 'AccountPage'),
});

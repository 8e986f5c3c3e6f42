import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { flagIn, present, type Search } from '../../parts/search-params.js';
import { scopeRoute } from '../../shell/scope-route.js';

export interface AgentsPlace {
  /** The dialog that adds one stands open, so that other pages can lead to it. */
  add?: true;
}

/** P9 */
export const agentsRoute = createRoute({
  getParentRoute: () => scopeRoute,
  path: 'boxes',
  validateSearch: (search: Search): AgentsPlace => present({ add: flagIn(search, 'add') }),
  component: lazyRouteComponent(() => import('./page.js'), 'AgentsPage'),
});

import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { oneIn, present, type Search } from '../../parts/search-params.js';
import { scopeRoute } from '../../shell/scope-route.js';

export const newKinds = ['customer', 'integrator'] as const;
export type NewKind = (typeof newKinds)[number];

/** P13 and P14 */
export const newTenantRoute = createRoute({
  getParentRoute: () => scopeRoute,
  path: 'customers/new',
  validateSearch: (search: Search): { kind?: NewKind } => present({ kind: oneIn(search, 'kind', newKinds) }),
  component: lazyRouteComponent(() => import('./page.js'), 'NewTenantPage'),
});

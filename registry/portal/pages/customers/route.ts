import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { oneIn, present, textIn, type Search } from '../../parts/search-params.js';
import { scopeRoute } from '../../shell/scope-route.js';

export const tenantKinds = ['customer', 'integrator'] as const;
export const standings = ['active', 'inactive'] as const;

export interface CustomerFilters {
  kind?: (typeof tenantKinds)[number];
  effective?: (typeof standings)[number];
  text?: string;
}

/** P12 */
export const customersRoute = createRoute({
  getParentRoute: () => scopeRoute,
  path: 'customers',
  validateSearch: (search: Search): CustomerFilters =>
    present({
      kind: oneIn(search, 'kind', tenantKinds),
      effective: oneIn(search, 'effective', standings),
      text: textIn(search, 'text'),
    }),
  component: lazyRouteComponent(() => import('./page.js'), 'CustomersPage'),
});

import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { scopeRoute } from '../../shell/scope-route.js';

/** P8: what lists have named and no box has found yet. */
export const expectedRoute = createRoute({
  getParentRoute: () => scopeRoute,
  path: 'cameras/expected',
  component: lazyRouteComponent(() => import('./page.js'), 'ExpectedPage'),
});

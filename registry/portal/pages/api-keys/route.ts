import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { scopeRoute } from '../../shell/scope-route.js';

/** P24, as far as programs sign in. */
export const apiKeysRoute = createRoute({
  getParentRoute: () => scopeRoute,
  path: 'api-keys',
  component: lazyRouteComponent(() => import('./page.js'), 'ApiKeysPage'),
});

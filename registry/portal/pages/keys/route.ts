import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { scopeRoute } from '../../shell/scope-route.js';

/** P11 */
export const keysRoute = createRoute({
  getParentRoute: () => scopeRoute,
  path: 'keys',
  component: lazyRouteComponent(() => import('./page.js'), 'KeysPage'),
});

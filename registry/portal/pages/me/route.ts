import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { scopeRoute } from '../../shell/scope-route.js';

/** P29 */
export const meRoute = createRoute({
  getParentRoute: () => scopeRoute,
  path: 'me',
  component: lazyRouteComponent(() => import('./page.js'), 'MePage'),
});

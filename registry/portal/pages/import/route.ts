import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { scopeRoute } from '../../shell/scope-route.js';

/** P8 */
export const importRoute = createRoute({
  getParentRoute: () => scopeRoute,
  path: 'cameras/import',
  component: lazyRouteComponent(() => import('./page.js'), 'ImportPage'),
});

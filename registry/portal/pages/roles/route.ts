import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { scopeRoute } from '../../shell/scope-route.js';

/** P18 */
export const rolesRoute = createRoute({
  getParentRoute: () => scopeRoute,
  path: 'roles',
  component: lazyRouteComponent(() => import('./page.js'), 'RolesPage'),
});

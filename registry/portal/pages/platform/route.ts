import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { scopeRoute } from '../../shell/scope-route.js';

/** P27 */
export const platformRoute = createRoute({
  getParentRoute: () => scopeRoute,
  path: 'platform',
  component: lazyRouteComponent(() => import('./page.js'), 'PlatformPage'),
});

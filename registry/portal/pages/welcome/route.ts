import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { scopeRoute } from '../../shell/scope-route.js';

/** P1 */
export const welcomeRoute = createRoute({
  getParentRoute: () => scopeRoute,
  path: 'welcome',
  component: lazyRouteComponent(() => import('./page.js'), 'WelcomePage'),
});

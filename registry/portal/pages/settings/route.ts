import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { scopeRoute } from '../../shell/scope-route.js';

/** P24 */
export const settingsRoute = createRoute({
  getParentRoute: () => scopeRoute,
  path: 'settings',
  component: lazyRouteComponent(() => import('./page.js'), 'SettingsPage'),
});

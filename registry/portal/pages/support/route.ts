import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { scopeRoute } from '../../shell/scope-route.js';

/** Who may watch the video of a customer for support (R32). */
export const supportRoute = createRoute({
  getParentRoute: () => scopeRoute,
  path: 'support',
  component: lazyRouteComponent(() => import('./page.js'), 'SupportPage'),
});

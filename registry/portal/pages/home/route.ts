import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { scopeRoute } from '../../shell/scope-route.js';

/** P5 */
export const homeRoute = createRoute({
  getParentRoute: () => scopeRoute,
  path: '/',
  component: lazyRouteComponent(() => import('./page.js'), 'HomePage'),
});

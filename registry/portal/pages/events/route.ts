import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { oneIn, present, textIn, type Search } from '../../parts/search-params.js';
import { scopeRoute } from '../../shell/scope-route.js';

/** Periods that are offered, in hours; without one everything is shown. */
export const periods = ['1', '24', '168', '720'] as const;

/** What the history is narrowed by; it stands in the address. */
export interface EventFilters {
  hours?: (typeof periods)[number];
  operation?: string;
  /** Id of whoever did it. */
  actor?: string;
  /** Id of what it is about. */
  target?: string;
}

/** P21 */
export const eventsRoute = createRoute({
  getParentRoute: () => scopeRoute,
  path: 'events',
  validateSearch: (search: Search): EventFilters =>
    present({
      // The router reads digits as a number.
      hours: oneIn({ hours: textIn(search, 'hours') }, 'hours', periods),
      operation: textIn(search, 'operation'),
      actor: textIn(search, 'actor'),
      target: textIn(search, 'target'),
    }),
  component: lazyRouteComponent(() => import('./page.js'), 'EventsPage'),
});

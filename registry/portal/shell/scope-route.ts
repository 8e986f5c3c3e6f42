import { createRoute } from '@tanstack/react-router';
import { ErrorPage, NotFoundPage } from './failures.js';
import { meQuery } from './me.js';
import { rootRoute } from './root-route.js';
import { tenantQuery } from './scope.js';
import { Shell } from './shell.js';

/** `/o/:tenantId/…`: every page stands in the scope of one tenant, so that an address can be shared. */
export const scopeRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/o/$tenantId',
  loader: ({ context, params }) =>
    Promise.all([
      context.client.ensureQueryData(meQuery),
      context.client.ensureQueryData(tenantQuery(params.tenantId)),
    ]),
  component: Shell,
  errorComponent: ErrorPage,
  notFoundComponent: NotFoundPage,
});

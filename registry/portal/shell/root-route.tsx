import type { QueryClient } from '@tanstack/react-query';
import { createRootRouteWithContext, createRoute, redirect } from '@tanstack/react-router';
import { ErrorPage, NotFoundPage } from './failures.js';
import { meQuery } from './me.js';

export const rootRoute = createRootRouteWithContext<{ client: QueryClient }>()({
  errorComponent: ErrorPage,
  notFoundComponent: NotFoundPage,
});

/** `/`: to the home of the first tenant the person belongs to. */
export const startRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/',
  beforeLoad: async ({ context }) => {
    const me = await context.client.ensureQueryData(meQuery);
    const tenantId = me.memberships[0]?.tenant.id ?? '';
    throw redirect({ to: '/o/$tenantId', params: { tenantId } });
  },
});

/** `/welcome`: the same for whoever set the registry up; where the terminal leads after the first start. */
export const firstRunRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/welcome',
  beforeLoad: async ({ context }) => {
    const me = await context.client.ensureQueryData(meQuery);
    const platform = me.memberships.find(({ tenant }) => tenant.kind === 'platform')?.tenant;
    if (platform === undefined) throw redirect({ to: '/' });
    throw redirect({ to: '/o/$tenantId/welcome', params: { tenantId: platform.id } });
  },
});

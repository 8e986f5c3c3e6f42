import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import type { Operation } from '../../api/schema.js';
import { oneIn, present, textIn, type Search } from '../../parts/search-params.js';
import { scopeRoute } from '../../shell/scope-route.js';

export const operationStates = [
  'running',
  'queued',
  'done',
  'failed',
  'cancelled',
] as const satisfies readonly Operation['state'][];

export interface OperationSearch {
  state?: Operation['state'];
  /** Of the one that is looked at. */
  id?: string;
}

/** P28 */
export const operationsRoute = createRoute({
  getParentRoute: () => scopeRoute,
  path: 'operations',
  validateSearch: (search: Search): OperationSearch =>
    present({ state: oneIn(search, 'state', operationStates), id: textIn(search, 'id') }),
  component: lazyRouteComponent(() => import('./page.js'), 'OperationsPage'),
});

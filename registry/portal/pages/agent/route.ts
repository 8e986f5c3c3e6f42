import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { oneIn, present, type Search } from '../../parts/search-params.js';
import { scopeRoute } from '../../shell/scope-route.js';

/** In the order they are shown; the first is what the address without a tab means. */
export const agentTabs = ['overview', 'network', 'history'] as const;
export type AgentTab = (typeof agentTabs)[number];

/** P10 */
export const agentRoute = createRoute({
  getParentRoute: () => scopeRoute,
  path: 'boxes/$agentId',
  validateSearch: (search: Search): { tab?: AgentTab } => present({ tab: oneIn(search, 'tab', agentTabs) }),
  component: lazyRouteComponent(() => import('./page.js'), 'AgentPage'),
});

import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { oneIn, present, textIn, type Search } from '../../parts/search-params.js';
import { scopeRoute } from '../../shell/scope-route.js';

export const developerTabs = ['operations', 'events', 'problems'] as const;
export type DeveloperTab = (typeof developerTabs)[number];

export interface DeveloperSearch {
  tab?: DeveloperTab;
  text?: string;
}

/** P26 */
export const developerRoute = createRoute({
  getParentRoute: () => scopeRoute,
  path: 'developer',
  validateSearch: (search: Search): DeveloperSearch =>
    present({ tab: oneIn(search, 'tab', developerTabs), text: textIn(search, 'text') }),
  component: lazyRouteComponent(() => import('./page.js'), 'DeveloperPage'),
});

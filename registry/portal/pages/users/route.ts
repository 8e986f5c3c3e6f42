import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { present, textIn, type Search } from '../../parts/search-params.js';
import { scopeRoute } from '../../shell/scope-route.js';

export interface UsersSearch {
  text?: string;
  /** Whose history is shown in place of the list. */
  person?: string;
}

/** P18 */
export const usersRoute = createRoute({
  getParentRoute: () => scopeRoute,
  path: 'users',
  validateSearch: (search: Search): UsersSearch =>
    present({ text: textIn(search, 'text'), person: textIn(search, 'person') }),
  component: lazyRouteComponent(() => import('./page.js'), 'UsersPage'),
});

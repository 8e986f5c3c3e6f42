import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { oneIn, present, type Search } from '../../parts/search-params.js';
import { scopeRoute } from '../../shell/scope-route.js';

export const recordingTabs = ['clips', 'links'] as const;
export type RecordingTab = (typeof recordingTabs)[number];

/** P20: what was cut out of recordings, and to whom it was given. */
export const recordingsRoute = createRoute({
  getParentRoute: () => scopeRoute,
  path: 'recordings',
  validateSearch: (search: Search): { tab?: RecordingTab } =>
    present({ tab: oneIn(search, 'tab', recordingTabs) }),
  component: lazyRouteComponent(() => import('./page.js'), 'RecordingsPage'),
});

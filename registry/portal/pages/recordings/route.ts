import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { oneIn, present, textIn, type Search } from '../../parts/search-params.js';
import { scopeRoute } from '../../shell/scope-route.js';

export const recordingTabs = ['wall', 'clips', 'links'] as const;
export type RecordingTab = (typeof recordingTabs)[number];

export interface RecordingsSearch {
  tab?: RecordingTab;
  /** Cameras of the wall by name. */
  text?: string;
  /** The moment the wall shows (RFC 3339); without it the newest. */
  at?: string;
}

function readSearch(search: Search): RecordingsSearch {
  const at = textIn(search, 'at');
  return present({
    tab: oneIn(search, 'tab', recordingTabs),
    text: textIn(search, 'text'),
    at: at !== undefined && !Number.isNaN(Date.parse(at)) ? at : undefined,
  });
}

/** P20: what is recorded, what was cut out of it, and to whom it was given. */
export const recordingsRoute = createRoute({
  getParentRoute: () => scopeRoute,
  path: 'recordings',
  validateSearch: readSearch,
  component: lazyRouteComponent(() => import('./page.js'), 'RecordingsPage'),
});

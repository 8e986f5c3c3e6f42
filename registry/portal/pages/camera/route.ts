import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { isDay } from '../../player/day.js';
import { oneIn, present, textIn, type Search } from '../../parts/search-params.js';
import { scopeRoute } from '../../shell/scope-route.js';

/** In the order they are shown; the first is what the address without a tab means. */
export const cameraTabs = ['overview', 'live', 'recordings', 'settings', 'diagnostics', 'history'] as const;
export type CameraTab = (typeof cameraTabs)[number];

/** Where on the page one is; `at`: the picture that is shown (RFC 3339), so that a moment can be sent to somebody. */
export interface CameraPlace {
  tab?: CameraTab;
  day?: string;
  at?: string;
}

function readPlace(search: Search): CameraPlace {
  const day = textIn(search, 'day');
  const at = textIn(search, 'at');
  return present({
    tab: oneIn(search, 'tab', cameraTabs),
    day: day !== undefined && isDay(day) ? day : undefined,
    at: at !== undefined && !Number.isNaN(Date.parse(at)) ? at : undefined,
  });
}

/** P7 */
export const cameraRoute = createRoute({
  getParentRoute: () => scopeRoute,
  path: 'cameras/$cameraId',
  validateSearch: readPlace,
  component: lazyRouteComponent(() => import('./page.js'), 'CameraPage'),
});

import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { cameraStates, type CameraState } from '../../parts/state-chip.js';
import { oneIn, present, textIn, type Search } from '../../parts/search-params.js';
import { scopeRoute } from '../../shell/scope-route.js';

/** What the list is filtered by; it stands in the address, so that it can be shared and kept. */
export interface CameraFilters {
  state?: CameraState;
  agent?: string;
  text?: string;
}

export const readCameraFilters = (search: Search): CameraFilters =>
  present({
    state: oneIn(search, 'state', cameraStates),
    agent: textIn(search, 'agent'),
    text: textIn(search, 'text'),
  });

/** P6 */
export const camerasRoute = createRoute({
  getParentRoute: () => scopeRoute,
  path: 'cameras',
  validateSearch: readCameraFilters,
  component: lazyRouteComponent(() => import('./page.js'), 'CamerasPage'),
});

import type { QueryClient } from '@tanstack/react-query';
import { createRouter } from '@tanstack/react-router';
import { accountRoute } from './pages/account/route.js';
import { agentRoute } from './pages/agent/route.js';
import { agentsRoute } from './pages/agents/route.js';
import { apiKeysRoute } from './pages/api-keys/route.js';
import { cameraRoute } from './pages/camera/route.js';
import { camerasRoute } from './pages/cameras/route.js';
import { customersRoute } from './pages/customers/route.js';
import { developerRoute } from './pages/developer/route.js';
import { eventsRoute } from './pages/events/route.js';
import { expectedRoute } from './pages/expected/route.js';
import { homeRoute } from './pages/home/route.js';
import { importRoute } from './pages/import/route.js';
import { keysRoute } from './pages/keys/route.js';
import { meRoute } from './pages/me/route.js';
import { newTenantRoute } from './pages/new-tenant/route.js';
import { operationsRoute } from './pages/operations/route.js';
import { platformRoute } from './pages/platform/route.js';
import { recordingsRoute } from './pages/recordings/route.js';
import { rolesRoute } from './pages/roles/route.js';
import { supportRoute } from './pages/support/route.js';
import { settingsRoute } from './pages/settings/route.js';
import { usersRoute } from './pages/users/route.js';
import { welcomeRoute } from './pages/welcome/route.js';
import { firstRunRoute, rootRoute, startRoute } from './shell/root-route.js';
import { scopeRoute } from './shell/scope-route.js';

/** Every page by its address; the pages themselves are loaded when they are gone to. */
const routeTree = rootRoute.addChildren([
  startRoute,
  firstRunRoute,
  scopeRoute.addChildren([
    // One line per page, in the order of the addresses.
    accountRoute,
    agentRoute,
    agentsRoute,
    apiKeysRoute,
    cameraRoute,
    camerasRoute,
    customersRoute,
    developerRoute,
    eventsRoute,
    expectedRoute,
    homeRoute,
    importRoute,
    keysRoute,
    meRoute,
    newTenantRoute,
    operationsRoute,
    platformRoute,
    recordingsRoute,
    rolesRoute,
    supportRoute,
    settingsRoute,
    usersRoute,
    welcomeRoute,
  ]),
]);

export const createPortalRouter = (client: QueryClient) =>
  createRouter({ routeTree, context: { client }, defaultPreload: 'intent', scrollRestoration: true });

declare module '@tanstack/react-router' {
  interface Register {
    router: ReturnType<typeof createPortalRouter>;
  }
}

import type { Context } from '../context.js';
import type { Storage } from '../recordings/storage/storage.js';
import type { App } from './api.js';
import { createApp, type AppParts } from './app.js';
import { describeApi } from './openapi.js';
import { resourcesOf } from './resources.js';

/** Every route without a running registry. Declaring routes touches none of the parts they will work with: none is made. */
export function declareRoutes(): App {
  const parts = { publicUrl: () => 'http://localhost' } as Context;
  return createApp(parts as AppParts, resourcesOf(parts, {} as Storage));
}

/** The API's document. */
export const describeRegistry = (): Record<string, unknown> => describeApi(declareRoutes());

import type { Context } from '../context.js';
import type { Storage } from '../recordings/storage/storage.js';
import { createApp, type AppParts } from './app.js';
import { describeApi } from './openapi.js';
import { resourcesOf } from './resources.js';

/**
 * The API's document without a running registry. Declaring routes touches none of the parts they will work
 * with, so none is made.
 */
export function describeRegistry(): Record<string, unknown> {
  const parts = { publicUrl: () => 'http://localhost' } as Context;
  return describeApi(createApp(parts as AppParts, resourcesOf(parts, {} as Storage)));
}

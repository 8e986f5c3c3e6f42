import type { Look, Preferences } from '../api/schema.js';

/** What the registry wrote into the page, so that it looks right from its first moment on. */
export interface Start extends Pick<Preferences, 'language' | 'theme'> {
  look: Look;
}

export const start = JSON.parse(
  document.querySelector<HTMLMetaElement>('meta[name="gantry-start"]')?.content ?? '',
) as Start;

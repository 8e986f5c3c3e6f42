import { atFirst, readPreferences, type Preferences } from '../preferences/preferences.js';
import type { Context } from '../context.js';
import type { ApiContext } from './api.js';
import { lookToJson } from './branding.js';
import { lookOf } from './pages/look.js';
import { personOf } from './pages/person.js';

/** What the portal needs to look right from its first moment on; it stands in the page (R54, R55). */
export interface PortalStart extends Pick<Preferences, 'language' | 'theme'> {
  look: ReturnType<typeof lookToJson>;
}

/** While the database is away the product's own: the portal says so itself then, and goes on by itself. */
export async function portalStart(parts: Context, c: ApiContext): Promise<PortalStart> {
  const { language, theme } = await chosenBy(parts, c);
  return { look: lookToJson(await lookOf(parts, c)), language, theme };
}

async function chosenBy(parts: Context, c: ApiContext): Promise<Preferences> {
  try {
    const person = await personOf(parts, c);
    return person === null ? atFirst : (await readPreferences(parts.db, person)).chosen;
  } catch (error) {
    parts.log.warn({ err: error }, 'the portal is shown without what its user chose');
    return atFirst;
  }
}

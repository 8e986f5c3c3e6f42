import { newResource, type App } from '../api.js';
import { dutyPages } from './duties.js';
import { forgottenPages } from './forgotten.js';
import { linkPages } from './links.js';
import { passkeyScript } from './passkey-script.js';
import type { PageParts } from './person.js';
import { signInPages } from './sign-in.js';
import { style } from './style.js';

/** Everything that a person meets before the portal, rendered here: it works on a phone with a bad line. */
export function pagesBeforePortal(parts: PageParts): App {
  const pages = newResource();
  const asset = (path: string, contentType: string, text: string) =>
    pages.get(path, (c) => c.body(text, 200, { 'content-type': contentType, 'cache-control': 'no-cache' }));
  asset('/pages.css', 'text/css; charset=utf-8', style);
  asset('/pages-passkey.js', 'text/javascript; charset=utf-8', passkeyScript);
  return pages
    .route('/', signInPages(parts))
    .route('/', dutyPages(parts))
    .route('/', forgottenPages(parts))
    .route('/', linkPages(parts));
}

import { existsSync } from 'node:fs';
import { chromium, type Browser, type Locator, type Page } from 'playwright-core';

const executablePath = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find(
  (path) => existsSync(path),
);

/** Null where no browser is installed: such tests skip. */
export async function launchBrowser(more: readonly string[] = []): Promise<Browser | null> {
  if (executablePath === undefined) return null;
  const quiet = ['quic', 'gpu', 'background-networking', 'component-update', 'sync'].map(
    (name) => `--disable-${name}`,
  );
  return chromium.launch({ executablePath, args: ['--no-sandbox', '--no-first-run', ...quiet, ...more] });
}

/** Collects what must never happen on a page: errors, complaints of the console, violations of its policy. */
export function watchFaults(page: Page, faults: string[] = []): string[] {
  // Ordered before whatever the story does with the page next; a page that is closed before has nothing to tell.
  page
    .addInitScript(
      `addEventListener('securitypolicyviolation', ({ effectiveDirective, blockedURI }) =>
        console.error('the policy forbids', effectiveDirective, blockedURI))`,
    )
    .catch(() => undefined);
  page.on('pageerror', (error) => faults.push(String(error)));
  page.on('console', (message) => {
    // Chromium reports every answer ≥ 400 as an error of its own; what the page makes of it is tested.
    if (message.type() === 'error' && !message.text().startsWith('Failed to load resource'))
      faults.push(message.text());
  });
  return faults;
}

/** Signs in on the page before the portal, and waits for the portal. */
export async function signInTo(
  page: Page,
  url: string,
  person: { email: string; password: string },
  next = '/',
): Promise<void> {
  await page.goto(`${url}/login?next=${encodeURIComponent(next)}`);
  await page.getByLabel('E-mail').fill(person.email);
  await page.getByLabel('Password').fill(person.password);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.locator('#content').waitFor();
}

/** Waits until something is to be seen; fails with what was there instead. */
export const expectShown = (locator: Locator): Promise<void> => locator.waitFor();
export const expectGone = (locator: Locator): Promise<void> => locator.waitFor({ state: 'detached' });

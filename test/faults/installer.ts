import type { Page } from 'playwright-core';

/** What a box that nobody knows yet says on its screen. */
export interface WaitingBox {
  /** Of the page of approval. */
  url: string;
  words: readonly string[];
}

export interface InstallerRun {
  taps: number;
  fields: number;
  /** From the tap on Approve, ms. */
  firstCameraMs: number;
  everyCameraMs: number;
}

/**
 * The installer's hero flow (ux.md 6.1) on a phone that is signed in: from the QR code on the box to every camera
 * registered, by one login for all. `look` is called at each screen.
 */
export async function runInstaller(
  page: Page,
  box: WaitingBox,
  site: { cameras: number; password: string },
  look: (screen: string) => Promise<void> = async () => {},
): Promise<InstallerRun> {
  const counted = { taps: 0, fields: 0 };
  const tap = async (selector: string) => {
    counted.taps += 1;
    await page.tap(selector);
  };
  const appears = (selector: string) => page.waitForSelector(selector, { timeout: 120_000 });

  // The phone's camera reads the QR code, and a tap on what it shows opens the address.
  counted.taps += 1;
  await page.goto(box.url);
  await appears(`.words:has-text("${box.words.join(' ')}")`);
  await look('1-approve');
  await tap('button[value=approve]');
  const approvedAtMs = performance.now();
  await page.waitForURL(/\/setup\/agt_/);
  await appears(`#primary:has-text("Enter the login of ${site.cameras} cameras")`);
  await look('2-cameras');
  await tap('#primary');
  counted.fields += 1;
  await page.fill('#login-password', site.password);
  await look('3-login');
  await tap(`#login-try:has-text("Try on ${site.cameras}")`);
  await appears('#list .chip:has-text("Registered")');
  const firstCameraMs = performance.now() - approvedAtMs;
  await appears(`#counts:has-text("${site.cameras} found, ${site.cameras} registered")`);
  return { ...counted, firstCameraMs, everyCameraMs: performance.now() - approvedAtMs };
}

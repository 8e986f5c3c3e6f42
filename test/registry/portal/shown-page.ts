import type { Page } from 'playwright-core';

/** A page as it is looked at and checked: where it is, when it is there, what stands open on it. */
export interface ShownPage {
  name: string;
  path: string;
  /** Who looks at it: nobody in particular, Ana of the integrator, or whoever runs the platform. */
  who: 'anybody' | 'ana' | 'platform';
  /** Resolves when the page shows what it is about. */
  ready(page: Page): Promise<unknown>;
}

type Ready = ShownPage['ready'];

export const before = (name: string, path: string, title: string): ShownPage => ({
  name,
  path,
  who: 'anybody',
  ready: heading(title),
});
export const inside = (name: string, path: string, ready: Ready): ShownPage => ({
  name,
  path,
  who: 'ana',
  ready,
});

export const heading =
  (name: string | RegExp): Ready =>
  (page) =>
    page.getByRole('heading', { level: 1, name }).waitFor();
export const rowOf =
  (text: string): Ready =>
  (page) =>
    page.getByRole('row').filter({ hasText: text }).first().waitFor();

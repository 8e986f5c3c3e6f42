import { fileURLToPath } from 'node:url';
import { build, type Rolldown } from 'vite';
import type { Page } from 'playwright-core';

const page = `<!doctype html><meta charset="utf-8"><title>Live</title>
<video id="video" width="320"></video><img id="picture" hidden alt=""><script type="module" src="/live-start.js"></script>`;

/** What a page of the portal does with the player. */
const start = `
import { playLive } from '/live-player.js';
const states = [];
const startedMs = performance.now();
const at = () => Math.round(performance.now() - startedMs);
const player = playLive({
  video: document.getElementById('video'),
  picture: document.getElementById('picture'),
  cameraUrl: '/api/v1/cameras/' + new URLSearchParams(location.search).get('camera'),
  stream: 'main',
  onState: (state) => states.push({ atMs: at(), ...state }),
});
window.shown = { states, at, player };
`;

/** One entry of what the player said, with the time since it was started. */
export interface ShownState {
  atMs: number;
  kind: 'connecting' | 'playing' | 'pictures' | 'waiting' | 'refused';
  unplayed?: string | null;
  stream?: string;
  problem?: { code: string; detail: string } | null;
}

/** The portal's player as its build makes it. */
export async function bundlePlayer(): Promise<string> {
  const folder = fileURLToPath(new URL('../../registry/portal/player/', import.meta.url));
  const built = (await build({
    configFile: false,
    logLevel: 'silent',
    root: folder,
    build: {
      write: false,
      lib: { entry: `${folder}live.ts`, formats: ['es'], fileName: 'live-player' },
      target: 'es2022',
    },
  })) as Rolldown.RolldownOutput[];
  const [output] = built.flatMap((one) => one.output);
  if (output?.type !== 'chunk') throw new Error('the player was not built');
  return output.code;
}

/** Opens the player on a camera under the registry's own address and policy, signed in by `cookie`. */
export async function openLivePage(
  tab: Page,
  o: { url: string; cookie: string; cameraId: string; player: string; policy: string },
): Promise<void> {
  const [name = '', value = ''] = o.cookie.split(';', 1)[0]?.split('=', 2) ?? [];
  await tab.context().addCookies([{ name, value, url: o.url }]);
  await tab.route('**/live-page?*', (route) =>
    route.fulfill({
      contentType: 'text/html',
      headers: { 'content-security-policy': o.policy },
      body: page,
    }),
  );
  for (const [script, body] of [
    ['live-player', o.player],
    ['live-start', start],
  ] as const) {
    await tab.route(`**/${script}.js`, (route) => route.fulfill({ contentType: 'text/javascript', body }));
  }
  await tab.goto(`${o.url}/live-page?camera=${o.cameraId}`);
}

interface Shown {
  states: ShownState[];
  at(): number;
  player: { lagSeconds(): number | null; close(): void };
}

const shownIn = <Result>(tab: Page, read: (shown: Shown) => Result): Promise<Result> =>
  tab.evaluate(`(${read.toString()})(window.shown)`);

export const statesOf = (tab: Page): Promise<ShownState[]> => shownIn(tab, (shown) => shown.states);
export const nowOf = (tab: Page): Promise<number> => shownIn(tab, (shown) => shown.at());
export const lagOf = (tab: Page): Promise<number | null> =>
  shownIn(tab, (shown) => shown.player.lagSeconds());
export const closePlayer = (tab: Page): Promise<void> => shownIn(tab, (shown) => shown.player.close());

import type { NetworkLine } from '../network-check.js';
import type { CameraStatus } from '../shapes.js';
import { fillCard, factsOf, stateOf, warningsOf } from './camera-card.js';
import { byId, element, fill } from './elements.js';
import { createHandOver } from './hand-over.js';
import { createPicture } from './picture.js';
import {
  enterSite,
  registryTransport,
  resumeSite,
  siteTransport,
  type Asked,
  type PageAct,
  type SiteView,
  type Transport,
} from './transport.js';

/**
 * The on-site page. State lives on the agent: this page shows the last view it was sent. Plain http on a LAN is no
 * secure context, so nothing here uses the clipboard, `crypto.subtle` or service workers.
 */
function start(): void {
  const base = document.body.dataset['base'];
  let transport: Transport | null = null;
  let view: SiteView | null = null;
  let following: { close(): void } | null = null;
  /** The page of the box leads here to choose a customer. */
  let isDone = location.hash === '#hand-over';
  let shown: string | null = null;
  /** The address named a camera to look at (`gantry preview`). */
  let asked: string | null = null;
  /** Whose login is asked for: one camera's, or null for all that want one. */
  let loginFor: CameraStatus | null = null;
  const picture = createPicture(() => transport);
  const dialog = (id: string) => byId(id) as HTMLDialogElement;
  const field = (id: string) => byId(id) as HTMLInputElement;

  const say = (problem: string): void => {
    fill(byId('notice'), problem);
    byId('notice').hidden = problem === '';
  };
  const handOver = createHandOver(base, say);
  /** What was answered, or null once it was told why not. */
  function heard<Answer>(said: Asked<Answer>): Answer | null {
    if (said === 'nobody_in') return askWho();
    say('problem' in said ? said.problem : '');
    return 'answer' in said ? said.answer : null;
  }
  const ask = async <Answer>(act: PageAct): Promise<Answer | null> =>
    transport && heard(await transport.ask<Answer>(act));

  function askWho(): null {
    following?.close();
    following = null;
    for (const id of ['network', 'connect', 'cameras', 'done', 'bar']) byId(id).hidden = true;
    byId(base === undefined ? 'pin' : 'sign-in').hidden = false;
    if (base === undefined) field('pin-field').focus();
    return null;
  }
  async function enter(pin: string): Promise<void> {
    const session = await enterSite(pin);
    field('pin-field').value = '';
    const given = heard(session);
    if (given) open(siteTransport(given.token));
  }
  function open(way: Transport): void {
    transport = way;
    byId('pin').hidden = true;
    let isFirst = true;
    const onView = (now: SiteView) => {
      view = now;
      // The registry answers for a box that is offline, but not what its network looks like.
      if (isFirst && now.heardAtMs === undefined) {
        isFirst = false;
        void checkNetwork();
      }
      show(now);
    };
    following = way.follow(onView, () => void (base === undefined ? resume() : askWho()));
  }
  async function resume(): Promise<void> {
    const session = await resumeSite();
    if (session === 'nobody_in') askWho();
    else if ('answer' in session) open(siteTransport(session.answer.token));
    else setTimeout(() => void resume(), 3_000);
  }

  async function checkNetwork(): Promise<void> {
    const answer = await ask<{ lines: NetworkLine[] }>({ kind: 'network' });
    if (!answer) return;
    byId('network').hidden = answer.lines.every(({ ok }) => ok);
    fill(
      byId('network-lines'),
      ...answer.lines.map(({ ok, detail, fix }) =>
        element(
          'li',
          '',
          element('span', ok ? 'good' : 'bad', ok ? '✓ ' : '✗ '),
          detail,
          fix === null ? '' : element('small', '', fix),
        ),
      ),
    );
  }

  function show(now: SiteView): void {
    const { status, claim } = now;
    fill(byId('title'), status?.agentName ?? 'Set up cameras');
    const online = status?.uplink.kind === 'connected' ? 'connected' : 'not connected now';
    fill(byId('subtitle'), status ? `${status.integratorName} · ${online}` : now.hostname);
    byId('connect').hidden = status !== null;
    byId('cameras').hidden = status === null || isDone;
    byId('done').hidden = !isDone;
    byId('claim').hidden = claim === null;
    showAge(now.heardAtMs);
    if (claim) {
      (byId('claim-qr') as HTMLImageElement).src = now.claimQr ?? '';
      byId('claim-qr').hidden = now.claimQr === null;
      fill(byId('claim-code'), claim.code);
      fill(byId('claim-words'), claim.words.join(' '));
      (byId('claim-link') as HTMLAnchorElement).href = claim.url;
    }
    if (!status) {
      byId('bar').hidden = true;
      if (now.joinProblem !== null) say(now.joinProblem);
      // Not disabled, by which it would lose the focus.
      byId('join-send').ariaDisabled = String(now.isJoining);
      return;
    }
    const byName = new Intl.Collator('en', { numeric: true });
    const cameras = [...status.cameras].sort((a, b) => byName.compare(a.name, b.name));
    showCameras(now, cameras, status.scanNotes);
    if (isDone) handOver.show(`${status.registryUrl}/setup/${status.agentId}`);
  }

  /** Over the registry, of a box that is offline: what is shown is what was known last. */
  function showAge(heardAtMs: number | null | undefined): void {
    byId('stale').hidden = heardAtMs === undefined;
    byId('site-acts').hidden = heardAtMs !== undefined;
    if (heardAtMs === undefined) return;
    const minutes = Math.round((Date.now() - (heardAtMs ?? 0)) / 60_000);
    const age = minutes < 1 ? 'a moment ago' : `${minutes} min ago`;
    const text = `This box is offline, last heard ${age}. Shown is what was known then.`;
    fill(byId('stale'), heardAtMs === null ? 'Waiting for this box to connect…' : text);
  }

  function showCameras({ isSearching }: SiteView, cameras: CameraStatus[], notes: string[]): void {
    const registered = cameras.filter(({ cameraId }) => cameraId !== null).length;
    const searching = isSearching ? ' Searching…' : '';
    fill(byId('counts'), `${cameras.length} found, ${registered} registered.${searching}`);
    byId('empty').hidden = cameras.length > 0 || isSearching;
    fill(byId('scan-notes'), ...notes.map((note) => element('li', '', note)));
    const list = byId('list');
    const cards = new Map([...list.children].map((item) => [(item as HTMLElement).dataset['id'], item]));
    let place = 0;
    for (const camera of cameras) {
      let item = cards.get(camera.localId) as HTMLElement | undefined;
      if (!item) {
        item = element('li', '');
        item.dataset['id'] = camera.localId;
        const { localId } = camera;
        item.addEventListener('click', () => openCamera(localId));
      }
      cards.delete(camera.localId);
      fillCard(
        item,
        camera,
        view?.heardAtMs === undefined ? (transport?.snapshotUrl(camera.localId) ?? null) : null,
      );
      if (list.children[place] !== item) list.insertBefore(item, list.children[place] ?? null);
      place += 1;
    }
    for (const gone of cards.values()) gone.remove();
    const needing = cameras.filter(({ access }) => access === 'needs_login').length;
    byId('bar').hidden = cameras.length === 0 || !byId('stale').hidden;
    const asking = `Enter the login of ${needing} ${needing === 1 ? 'camera' : 'cameras'}`;
    fill(byId('primary'), isDone ? 'Back to the cameras' : needing > 0 ? asking : 'Hand over');
    const camera = cameras.find(({ localId }) => localId === shown);
    if (camera) showFacts(camera);
    if (cameras.some(({ localId }) => localId === asked)) {
      openCamera(asked ?? '');
      asked = null;
    }
    if (isDone) showSummary(cameras, registered);
  }

  function openCamera(localId: string): void {
    const camera = view?.status?.cameras.find((one) => one.localId === localId);
    if (!camera) return;
    shown = localId;
    fill(byId('camera-title'), camera.name);
    field('name-field').value = camera.name;
    showFacts(camera);
    dialog('camera').showModal();
    picture.open(localId, camera.access === 'ready');
  }
  function showFacts(camera: CameraStatus): void {
    const facts = factsOf(camera).flatMap(([name, value]) => [
      element('dt', '', name),
      element('dd', '', value),
    ]);
    fill(byId('facts'), ...facts);
    const warnings = warningsOf(camera).map(({ what, why }) =>
      element('li', 'warn', what, element('small', '', why)),
    );
    fill(byId('warnings'), ...warnings);
  }

  function showSummary(cameras: CameraStatus[], registered: number): void {
    const recording = cameras.filter(({ recorder }) => recorder?.state === 'recording').length;
    const lines: [string, string][] = [
      ['Registered', `${registered} of ${cameras.length}`],
      ['Recording', recording > 0 ? `${recording}` : 'none yet: the office chooses the customer'],
      ...cameras.map((camera): [string, string] => [camera.name, stateOf(camera).text]),
    ];
    const parts = lines.flatMap(([name, value]) => [element('dt', '', name), element('dd', '', value)]);
    fill(byId('summary'), ...parts);
    const subject = `Cameras at ${view?.status?.agentName ?? ''}`;
    const body = lines.map((line) => line.join(': ')).join('\n');
    const link = `mailto:?subject=${encodeURIComponent(subject)}&body=${encodeURIComponent(body)}`;
    (byId('share') as HTMLAnchorElement).href = link;
  }

  function askLogin(camera: CameraStatus | null): void {
    loginFor = camera;
    const needing = view?.status?.cameras.filter(({ access }) => access === 'needs_login').length ?? 0;
    fill(
      byId('login-hint'),
      camera
        ? `For ${camera.name} only.`
        : 'Enter it once. It is tried only on cameras that want a login, once on each, so that none locks.',
    );
    fill(byId('login-try'), camera ? 'Try' : `Try on ${needing}`);
    dialog('login').showModal();
    field('login-password').focus();
  }

  const on = (id: string, event: string, act: () => unknown): void =>
    byId(id).addEventListener(event, (happened) => {
      happened.preventDefault();
      act();
    });
  on('pin-form', 'submit', () => enter(field('pin-field').value));
  byId('pin-field').addEventListener('input', () => {
    if (/^\d{6}$/.test(field('pin-field').value)) void enter(field('pin-field').value);
  });
  on('network-again', 'click', checkNetwork);
  on('join-form', 'submit', () => {
    if (!view?.isJoining) void ask({ kind: 'join', token: field('join-field').value.trim() });
  });
  on('rescan', 'click', () => ask({ kind: 'rescan' }));
  on('add', 'click', () => dialog('address').showModal());
  on('address-form', 'submit', async () => {
    const text = field('address-field').value.trim();
    const isRange = /^[\d.]+\/\d{1,2}$/.test(text);
    if (await ask(isRange ? { kind: 'search', range: text } : { kind: 'add', url: text }))
      dialog('address').close();
  });
  on('login-form', 'submit', async () => {
    const [username, password] = [field('login-user').value, field('login-password').value];
    const name = loginFor?.localId ?? null;
    field('login-password').value = '';
    if (await ask({ kind: 'login', name, username, password })) dialog('login').close();
  });
  on('name-form', 'submit', async () => {
    const name = field('name-field').value.trim();
    if (shown !== null && (await ask({ kind: 'name', localId: shown, name: name || null })))
      fill(
        byId('camera-title'),
        name || (view?.status?.cameras.find((one) => one.localId === shown)?.name ?? ''),
      );
  });
  on('camera-login', 'click', () => {
    const camera = view?.status?.cameras.find(({ localId }) => localId === shown);
    if (camera) askLogin(camera);
  });
  on('primary', 'click', () => {
    const isAsking = view?.status?.cameras.some(({ access }) => access === 'needs_login') ?? false;
    if (isAsking && !isDone) return askLogin(null);
    isDone = !isDone;
    if (view) show(view);
  });
  for (const button of document.querySelectorAll('[data-close]')) {
    button.addEventListener('click', () => button.closest('dialog')?.close());
  }
  byId('camera').addEventListener('close', () => {
    shown = null;
    picture.close();
  });

  if (base !== undefined) {
    (byId('sign-in-link') as HTMLAnchorElement).href = `/login?next=${encodeURIComponent(location.pathname)}`;
    return open(registryTransport(base));
  }
  const [, given, camera] = /^#p=(\d{6})(?:&c=([\w-]+))?$/.exec(location.hash) ?? [];
  asked = camera ?? null;
  if (given) {
    history.replaceState(null, '', location.pathname);
    void enter(given);
  } else void resume();
}

start();

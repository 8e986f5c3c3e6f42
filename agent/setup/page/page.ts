import type { NetworkLine } from '../network-check.js';
import type { CameraStatus, PageView } from '../shapes.js';
import { fillCard, factsOf, stateOf, warningsOf } from './camera-card.js';
import { byId, element, fill } from './elements.js';
import { createPicture } from './picture.js';

/**
 * The on-site page. State lives on the agent: this page shows the last view it was sent. Plain http on a LAN is no
 * secure context, so nothing here uses the clipboard, `crypto.subtle` or service workers.
 */
function start(): void {
  let token = '';
  let view: PageView | null = null;
  let events: EventSource | null = null;
  let isDone = false;
  let shown: string | null = null;
  /** The address named a camera to look at (`gantry preview`). */
  let asked: string | null = null;
  /** Whose login is asked for: one camera's, or null for all that want one. */
  let loginFor: CameraStatus | null = null;
  const picture = createPicture();
  const dialog = (id: string) => byId(id) as HTMLDialogElement;
  const field = (id: string) => byId(id) as HTMLInputElement;

  const say = (problem: string): void => {
    fill(byId('notice'), problem);
    byId('notice').hidden = problem === '';
  };
  async function ask<Answer>(path: string, body?: object): Promise<Answer | null> {
    try {
      const response = await fetch(
        path,
        body && {
          method: 'POST',
          headers: { 'content-type': 'application/json', 'x-gantry-token': token },
          body: JSON.stringify(body),
        },
      );
      const answer = (await response.json()) as Answer & { error?: string };
      if (response.status === 401) return askPin();
      if (response.ok) {
        say('');
        return answer;
      }
      say(answer.error ?? 'The box refused this.');
    } catch {
      say('The box does not answer. Is this phone still in its network?');
    }
    return null;
  }

  function askPin(): null {
    events?.close();
    events = null;
    for (const id of ['network', 'connect', 'cameras', 'done', 'bar']) byId(id).hidden = true;
    byId('pin').hidden = false;
    field('pin-field').focus();
    return null;
  }
  async function enter(pin: string): Promise<void> {
    const session = await ask<{ token: string }>('/v1/session', { pin });
    field('pin-field').value = '';
    if (session) open(session.token);
  }
  function open(given: string): void {
    token = given;
    byId('pin').hidden = true;
    events = new EventSource('/v1/events');
    events.addEventListener('message', ({ data }: MessageEvent<string>) => {
      view = JSON.parse(data) as PageView;
      show(view);
    });
    // A session that ended is refused with 401, after which the browser does not come back by itself.
    events.addEventListener('error', () => {
      if (events?.readyState === EventSource.CLOSED) void resume();
    });
    void checkNetwork();
  }
  async function resume(): Promise<void> {
    const session = await fetch('/v1/session').catch(() => null);
    if (session?.ok) open(((await session.json()) as { token: string }).token);
    else if (session) askPin();
    else setTimeout(() => void resume(), 3_000);
  }

  async function checkNetwork(): Promise<void> {
    const answer = await ask<{ lines: NetworkLine[] }>('/v1/network');
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

  function show(now: PageView): void {
    const { status, claim } = now;
    fill(byId('title'), status?.agentName ?? 'Set up cameras');
    const online = status?.uplink.kind === 'connected' ? 'connected' : 'not connected now';
    fill(byId('subtitle'), status ? `${status.integratorName} · ${online}` : now.hostname);
    byId('connect').hidden = status !== null;
    byId('cameras').hidden = status === null || isDone;
    byId('done').hidden = !isDone;
    byId('claim').hidden = claim === null;
    if (claim) {
      fill(byId('claim-code'), claim.code);
      fill(byId('claim-words'), claim.words.join(' '));
      (byId('claim-link') as HTMLAnchorElement).href = claim.url;
    }
    if (!status) {
      byId('bar').hidden = true;
      if (now.joinProblem !== null) say(now.joinProblem);
      const button = byId('join-form').querySelector('button');
      if (button) button.disabled = now.isJoining;
      return;
    }
    const byName = new Intl.Collator('en', { numeric: true });
    const cameras = [...status.cameras].sort((a, b) => byName.compare(a.name, b.name));
    showCameras(now, cameras, status.scanNotes);
  }

  function showCameras({ isSearching }: PageView, cameras: CameraStatus[], notes: string[]): void {
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
      fillCard(item, camera);
      if (list.children[place] !== item) list.insertBefore(item, list.children[place] ?? null);
      place += 1;
    }
    for (const gone of cards.values()) gone.remove();
    const needing = cameras.filter(({ access }) => access === 'needs_login').length;
    byId('bar').hidden = cameras.length === 0;
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
        : 'Enter it once. It is tried only on cameras that want a login, two attempts at most, so that none locks.',
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
  on('join-form', 'submit', () => ask('/v1/join', { token: field('join-field').value.trim() }));
  on('rescan', 'click', () => ask('/v1/rescan', {}));
  on('add', 'click', () => dialog('address').showModal());
  on('address-form', 'submit', async () => {
    if (await ask('/v1/cameras', { url: field('address-field').value.trim() })) dialog('address').close();
  });
  on('login-form', 'submit', async () => {
    const [username, password] = [field('login-user').value, field('login-password').value];
    const name = loginFor?.localId ?? null;
    field('login-password').value = '';
    if (await ask('/v1/logins', { name, username, password })) dialog('login').close();
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

  const [, given, camera] = /^#p=(\d{6})(?:&c=([\w-]+))?$/.exec(location.hash) ?? [];
  asked = camera ?? null;
  if (given) {
    history.replaceState(null, '', location.pathname);
    void enter(given);
  } else void resume();
}

start();

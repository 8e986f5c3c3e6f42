// @ts-check
import { Problem, Unreachable, call, callList } from './api.js';
import { showCameras } from './cameras.js';
import { byId, setText } from './dom.js';
import { createPlayer } from './player.js';
import { showTenants } from './tenants.js';

const pollEveryMs = 2_000;

/** @type {{ me: any, tenants: any[], plans: any[], cameras: any[], chosenId: string | null, lastAnswerMs: number }} */
const page = { me: null, tenants: [], plans: [], cameras: [], chosenId: null, lastAnswerMs: Date.now() };
const player = createPlayer();
const notice = byId('notice');
let saidUntilMs = 0;

/** @param {string} text @param {'good' | 'warning'} tone */
function say(text, tone) {
  notice.hidden = text === '';
  notice.className = tone;
  setText(notice, text);
}

/** @param {string} text */
function changed(text) {
  saidUntilMs = Date.now() + 6_000;
  say(text, 'good');
  void look();
}

function draw() {
  const may = (/** @type {string} */ capability) => page.me.capabilities.includes(capability);
  const choose = (/** @type {string} */ id) => {
    page.chosenId = page.chosenId === id ? null : id;
    void look();
  };
  showTenants(page.tenants, { chosenId: page.chosenId, maySwitch: may('switchTenants'), choose, changed });
  const chosen = page.tenants.find((tenant) => tenant.id === page.chosenId);
  setText(byId('cameras-title'), chosen === undefined ? 'Cameras' : `Cameras of ${chosen.name}`);
  showCameras(page.cameras, {
    chosenId: player.cameraId,
    mayManage: may('manage'),
    empty:
      chosen === undefined
        ? 'No cameras yet. Start an agent with a join token: gantry up --join TOKEN'
        : `${chosen.name} has no cameras. Choose it again to see all of them.`,
    customers: () => page.tenants.filter((tenant) => tenant.kind === 'customer'),
    plans: () => page.plans,
    play: (camera) => void player.open(camera).then(draw),
    changed,
  });
}

/**
 * Where a page of this registry that asked for the sign-in wants to be again: approvals only, never another site.
 * @param {string} search
 */
function wayBack(search) {
  const next = new URLSearchParams(search).get('next') ?? '';
  return /^\/e\/[\w-]{1,40}$/.test(next) ? next : null;
}

/** @param {boolean} signedIn */
function showSignedIn(signedIn) {
  byId('sign-in').hidden = signedIn;
  byId('workplace').hidden = !signedIn;
  byId('sign-out').hidden = !signedIn;
  byId('who').hidden = !signedIn;
  if (!signedIn) {
    player.close();
    byId('ask').close();
    page.me = null;
  }
}

/** Reads everything that is shown, and draws it. What cannot be read leaves the old picture, with its age. */
async function look() {
  try {
    page.me ??= await call('GET', '/me');
    const filter = page.chosenId === null ? '' : `?customer=${page.chosenId}`;
    const [tenants, plans, cameras] = await Promise.all([
      callList('/tenants'),
      callList('/plans'),
      callList(`/cameras${filter}`),
      player.refresh(),
    ]);
    Object.assign(page, { tenants, plans, cameras, lastAnswerMs: Date.now() });
    setText(byId('who'), page.me.user?.email ?? '');
    showSignedIn(true);
    if (Date.now() > saidUntilMs) say('', 'good');
    draw();
  } catch (error) {
    if (error instanceof Problem && ['unauthenticated', 'account_disabled'].includes(error.code)) {
      if (page.me !== null) showFault(error.message);
      showSignedIn(false);
      say('', 'good');
    } else if (error instanceof Unreachable) {
      const ageS = Math.round((Date.now() - page.lastAnswerMs) / 1_000);
      say(`The registry cannot be reached; what you see is ${ageS} s old. Trying again.`, 'warning');
    } else {
      say(error instanceof Error ? error.message : String(error), 'warning');
    }
  }
}

/** @param {string} text */
function showFault(text) {
  const fault = byId('sign-in-fault');
  fault.hidden = text === '';
  setText(fault, text);
}

byId('sign-in-form').onsubmit = async (/** @type {SubmitEvent} */ event) => {
  event.preventDefault();
  const form = new FormData(byId('sign-in-form'));
  showFault('');
  try {
    await call('POST', '/sessions', { email: form.get('email'), password: form.get('password') });
    byId('password').value = '';
    const back = wayBack(location.search);
    if (back !== null) return location.assign(back);
    await look();
  } catch (error) {
    showFault(error instanceof Problem ? error.message : 'The registry cannot be reached. Try again.');
  }
};

byId('sign-out').onclick = async () => {
  await call('DELETE', '/sessions/current').catch(() => {});
  showFault('');
  showSignedIn(false);
};

byId('close-player').onclick = () => {
  player.close();
  draw();
};

/** One look after the other, never two at once; a hidden page rests. */
async function keepLooking() {
  for (;;) {
    const hiddenAway = document.visibilityState === 'hidden';
    if (!hiddenAway && (page.me !== null || byId('sign-in').hidden)) await look();
    await new Promise((resolve) => setTimeout(resolve, pollEveryMs));
  }
}

void keepLooking();

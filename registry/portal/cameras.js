// @ts-check
import { ask } from './ask.js';
import { call } from './api.js';
import { byId, make, setAttribute, setText, syncList } from './dom.js';

/** Chips never speak by colour alone: a sign, a word, and the sentence beside them. */
const chips = {
  recording: ['●', 'Recording'],
  not_recording: ['▲', 'Not recording'],
  offline: ['✕', 'Offline'],
  waiting: ['…', 'Waiting'],
  unassigned: ['?', 'Unassigned'],
  disabled: ['■', 'Disabled'],
};

/**
 * @param {readonly any[]} cameras
 * @param {{ chosenId: string | null, mayManage: boolean, empty: string, customers: () => readonly any[], plans: () => readonly any[], play: (camera: any) => void, changed: (said: string) => void }} page
 */
export function showCameras(cameras, page) {
  const empty = byId('cameras-empty');
  empty.hidden = cameras.length > 0;
  setText(empty, page.empty);
  syncList(
    byId('camera-list'),
    cameras,
    (camera) => camera.id,
    () => {
      const state = make('p', { class: 'state' }, make('span', { class: 'chip' }), make('span'));
      const words = make(
        'div',
        {},
        make('p', { class: 'name' }),
        make('p', { class: 'detail' }),
        state,
        make('p', { class: 'detail' }),
      );
      const actions = make('div', { class: 'actions' });
      for (const kind of ['play', 'bind', 'switch quiet'])
        actions.append(make('button', { type: 'button', class: kind }));
      return make(
        'li',
        { class: 'camera' },
        make('img', {
          class: 'picture',
          alt: '',
          loading: 'lazy',
          onerror: hidePicture,
          onload: showPicture,
        }),
        words,
        actions,
      );
    },
    (row, camera) => updateRow(row, camera, page),
  );
}

/** A picture may belong to who held the camera before: then there is none to show. @param {Event} event */
const hidePicture = (event) => void (/** @type {any} */ (event.target.style.visibility = 'hidden'));
/** @param {Event} event */
const showPicture = (event) => void (/** @type {any} */ (event.target.style.visibility = 'visible'));

/** @param {any} row @param {any} camera @param {any} page */
function updateRow(row, camera, page) {
  const [picture, words, actions] = row.children;
  const [name, detail, state, proof] = words.children;
  row.classList.toggle('chosen', camera.id === page.chosenId);
  if (camera.snapshotAt === null) {
    if (picture.hasAttribute('src')) picture.removeAttribute('src');
  } else {
    setAttribute(
      picture,
      'src',
      `/api/v1/cameras/${camera.id}/snapshot?at=${encodeURIComponent(camera.snapshotAt)}`,
    );
  }
  setText(name, camera.name);
  const holder =
    camera.customer === null
      ? 'No customer yet'
      : `${camera.customer.name}, plan ${camera.plan?.name ?? 'none'}`;
  const model = [camera.manufacturer, camera.model].filter((part) => part !== null).join(' ');
  setText(detail, [holder, model, camera.address].filter((part) => part !== '').join(' · '));

  const [chip, sentence] = state.children;
  const [sign, word] = chips[/** @type {keyof typeof chips} */ (camera.status.chip)] ?? [
    '?',
    camera.status.chip,
  ];
  setAttribute(chip, 'class', `chip ${camera.status.chip}`);
  setText(chip, `${sign} ${word}`);
  setText(sentence, camera.status.sentence);
  const wanted = camera.desired.record ? 'record' : `off (${camera.desired.reason.replaceAll('_', ' ')})`;
  const reported = camera.reported === null ? 'nothing yet' : camera.reported.state;
  setText(proof, `Wanted: ${wanted} · Reported: ${reported}`);

  const [play, bind, toggle] = actions.children;
  setText(play, 'Play');
  setAttribute(play, 'aria-label', `Play recordings of ${camera.name}`);
  play.onclick = () => page.play(camera);
  setText(bind, 'Bind…');
  setAttribute(bind, 'aria-label', `Bind ${camera.name} to a customer`);
  bind.hidden = !page.mayManage || camera.customer !== null;
  bind.onclick = () => askBind(camera, page);
  setText(toggle, camera.enabled ? 'Turn off' : 'Turn on');
  setAttribute(toggle, 'aria-label', `Turn ${camera.name} ${camera.enabled ? 'off' : 'on'}`);
  toggle.hidden = !page.mayManage || camera.customer === null;
  toggle.onclick = () => void turn(camera, toggle, page);
}

/** @param {any} camera @param {any} button @param {any} page */
async function turn(camera, button, page) {
  button.disabled = true;
  try {
    await call('POST', `/cameras/${camera.id}:${camera.enabled ? 'disable' : 'enable'}`, {});
    page.changed(`${camera.name} is turned ${camera.enabled ? 'off' : 'on'}.`);
  } catch (error) {
    page.changed(
      error instanceof Error && error.message !== '' ? error.message : 'The registry cannot be reached.',
    );
  } finally {
    button.disabled = false;
  }
}

/** @param {any} camera @param {any} page */
function askBind(camera, page) {
  const options = (/** @type {readonly any[]} */ items) =>
    items.map((item) => make('option', { value: item.id }, item.name));
  ask({
    title: `Bind ${camera.name}`,
    go: 'Bind 1 camera',
    body: [
      make('p', {}, 'It records for this customer from now on, unless the customer is disabled.'),
      make('label', { for: 'customer' }, 'Customer'),
      make('select', { id: 'customer', name: 'customer', required: true }, ...options(page.customers())),
      make('label', { for: 'plan' }, 'Billing plan'),
      make('select', { id: 'plan', name: 'plan', required: true }, ...options(page.plans())),
    ],
    act: async (form) => {
      const { items } = await call('POST', '/cameras:bind', {
        ids: [camera.id],
        customerId: form.get('customer'),
        planId: form.get('plan'),
      });
      if (items[0]?.outcome === 'not_found')
        throw new Error('This camera is not here any more. Close and look again.');
      page.changed(`${camera.name} is bound.`);
    },
  });
}

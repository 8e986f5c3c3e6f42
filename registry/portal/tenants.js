// @ts-check
import { ask } from './ask.js';
import { call } from './api.js';
import { byId, counted, make, setAttribute, setText, syncList } from './dom.js';

/** @typedef {{ id: string, kind: string, parentId: string | null, name: string, status: string, statusLine: string, effective: { active: boolean }, cameras: { total: number, recording: number } }} Tenant */

/**
 * Parents before children, siblings by name.
 * @param {readonly Tenant[]} tenants
 * @returns {{ tenant: Tenant, depth: number }[]}
 */
export function inTreeOrder(tenants) {
  /** @type {Map<string | null, Tenant[]>} */
  const children = new Map();
  for (const tenant of tenants) {
    children.set(tenant.parentId, [...(children.get(tenant.parentId) ?? []), tenant]);
  }
  /** @type {{ tenant: Tenant, depth: number }[]} */
  const ordered = [];
  /** @param {string | null} parent @param {number} depth */
  const walk = (parent, depth) => {
    const below = (children.get(parent) ?? []).toSorted((a, b) => a.name.localeCompare(b.name));
    for (const tenant of below) {
      ordered.push({ tenant, depth });
      walk(tenant.id, depth + 1);
    }
  };
  walk(null, 0);
  return ordered;
}

/**
 * @param {readonly Tenant[]} tenants
 * @param {{ chosenId: string | null, maySwitch: boolean, choose: (id: string) => void, changed: (said: string) => void }} page
 */
export function showTenants(tenants, page) {
  byId('tenants-empty').hidden = tenants.length > 0;
  syncList(
    byId('tenant-list'),
    inTreeOrder(tenants),
    ({ tenant }) => tenant.id,
    () => {
      const row = make('li', { class: 'tenant' });
      row.append(
        make('button', { class: 'name', type: 'button' }),
        make('button', { class: 'switch quiet', type: 'button' }),
        make('p', { class: 'detail' }),
      );
      return row;
    },
    (row, { tenant, depth }) => {
      const [name, toggle, detail] = row.children;
      const chosen = tenant.id === page.chosenId;
      row.classList.toggle('chosen', chosen);
      row.style.marginInlineStart = `${Math.min(depth, 6) * 0.9}rem`;
      setText(name, tenant.name);
      setAttribute(name, 'aria-pressed', String(chosen));
      name.onclick = () => page.choose(tenant.id);
      // Who switches oneself off could never undo it: only tenants below one's own have a switch here.
      toggle.hidden = !page.maySwitch || tenant.kind === 'platform' || tenant.parentId === null;
      setText(toggle, tenant.status === 'active' ? 'Disable…' : 'Enable…');
      setAttribute(
        toggle,
        'aria-label',
        `${tenant.status === 'active' ? 'Disable' : 'Enable'} ${tenant.name}`,
      );
      toggle.onclick = () => void askSwitch(tenant, page.changed);
      const kind = tenant.kind[0]?.toUpperCase() + tenant.kind.slice(1);
      const cameras = `${tenant.cameras.recording} of ${counted(tenant.cameras.total, 'camera')} recording`;
      const own = tenant.status === 'active' ? 'own switch on' : 'own switch off';
      setText(
        detail,
        tenant.effective.active ? `${kind}, active — ${cameras}` : `${kind} — ${tenant.statusLine} (${own})`,
      );
    },
  );
}

/** @param {Tenant} tenant @param {(said: string) => void} changed */
async function askSwitch(tenant, changed) {
  const verb = tenant.status === 'active' ? 'disable' : 'enable';
  /** @type {any} */
  let impact;
  try {
    impact = (await call('POST', `/tenants/${tenant.id}:${verb}?dryRun=true`, {})).impact;
  } catch (error) {
    changed(
      error instanceof Error && error.message !== '' ? error.message : 'The registry cannot be reached.',
    );
    return;
  }
  const below = impact.tenants > 1 ? `${counted(impact.tenants - 1, 'tenant')} below it included. ` : '';
  if (verb === 'disable') {
    ask({
      title: `Disable ${tenant.name}?`,
      danger: true,
      go: impact.cameras > 0 ? `Disable ${counted(impact.cameras, 'camera')}` : `Disable ${tenant.name}`,
      body: [
        make(
          'ul',
          {},
          make(
            'li',
            {},
            `${counted(impact.recording, 'camera')} of ${impact.cameras} ${impact.recording === 1 ? 'stops' : 'stop'} recording. ${below}`,
          ),
          make(
            'li',
            {},
            impact.users === 0
              ? 'No user is locked out.'
              : `${counted(impact.users, 'user')} can no longer get in.`,
          ),
          make('li', {}, 'Recordings are kept until their retention ends.'),
        ),
        make('label', { for: 'reason' }, 'Reason (optional)'),
        make('input', { id: 'reason', name: 'reason', maxlength: '500', autocomplete: 'off' }),
      ],
      act: async (form) => {
        const reason = String(form.get('reason') ?? '').trim();
        await call('POST', `/tenants/${tenant.id}:disable`, reason === '' ? {} : { reason });
        changed(`${tenant.name} is disabled.`);
      },
    });
    return;
  }
  ask({
    title: `Enable ${tenant.name}?`,
    go: impact.cameras > 0 ? `Enable ${counted(impact.cameras, 'camera')}` : `Enable ${tenant.name}`,
    body: [
      make('p', {}, `${counted(impact.cameras, 'camera')} may record again. ${below}`),
      tenant.kind === 'customer' && impact.switchedOff > 0
        ? make(
            'label',
            { class: 'check' },
            make('input', { type: 'checkbox', name: 'previous' }),
            ` Keep ${counted(impact.switchedOff, 'camera')} off that had been switched off before`,
          )
        : null,
    ],
    act: async (form) => {
      const cameras = form.get('previous') === null ? 'all' : 'previous';
      const done = await call('POST', `/tenants/${tenant.id}:enable`, { cameras });
      changed(
        done.tenant.effective.active
          ? `${tenant.name} is enabled.`
          : `${tenant.name}: ${done.tenant.statusLine}`,
      );
    },
  });
}

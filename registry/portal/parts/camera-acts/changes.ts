import { answer, api } from '../../api/client.js';
import type { CameraChangePreview, CamerasChanged, Operation, paths } from '../../api/schema.js';
import type { Selection } from '../table/selection.js';

type Asked = NonNullable<paths['/api/v1/cameras']['get']['parameters']['query']>;

/** What a list of cameras may be narrowed by. */
export type CameraFilter = Pick<Asked, 'state' | 'agent' | 'text'>;

/** Which cameras a change is about: named ones, or all that a filter fits, as many as were seen. */
export type Select =
  | { ids: string[] }
  | { filter: CameraFilter & { customer: string }; except: string[]; expectedCount: number };

/** What is done to them. */
export type CameraAct =
  | { act: 'bind'; customerId: string; planId: string }
  | { act: 'unbind' }
  | { act: 'enable' }
  | { act: 'disable' };

/** `total`: how many the filter fits at the moment. */
export const selectOf = (
  selection: Selection,
  tenantId: string,
  filters: CameraFilter,
  total: number,
): Select =>
  selection.kind === 'ids'
    ? { ids: [...selection.ids] }
    : {
        filter: { ...filters, customer: tenantId },
        except: [...selection.except],
        expectedCount: total - selection.except.size,
      };

const sent = (select: Select, what: CameraAct, query: { dryRun?: 'true' }) => {
  const params = { query };
  switch (what.act) {
    case 'bind': {
      const { customerId, planId } = what;
      return api.POST('/api/v1/cameras:bind', {
        params,
        body: { select, atomic: false, customerId, planId },
      });
    }
    case 'unbind':
      return api.POST('/api/v1/cameras:unbind', { params, body: { select, atomic: false } });
    case 'enable':
      return api.POST('/api/v1/cameras:enable', { params, body: { select, atomic: false } });
    case 'disable':
      return api.POST('/api/v1/cameras:disable', { params, body: { select, atomic: false } });
    default: {
      const never: never = what;
      return never;
    }
  }
};

type Answered = CamerasChanged | CameraChangePreview | Operation;

/** What a change would do, in numbers. */
export async function previewChange(select: Select, what: CameraAct): Promise<CameraChangePreview> {
  return (await answer<Answered>(sent(select, what, { dryRun: 'true' }))) as CameraChangePreview;
}

export interface Undo {
  /** Below `/api/v1`. */
  path: string;
  body: Record<string, unknown>;
}

export interface Changed {
  changed: number;
  unchanged: number;
  failed: number;
  undo: Undo[];
}

const lookEveryMs = 400;
const stillSo = new Set(['unchanged', 'skipped', 'not_found']);

/** Carries a change out, in one request; follows it to its end when it becomes an operation. */
export async function change(select: Select, what: CameraAct): Promise<Changed> {
  const answered = await answer<Answered>(sent(select, what, {}));
  if ('items' in answered) {
    const count = (outcomes: (outcome: string) => boolean) =>
      answered.items.filter(({ outcome }) => outcomes(outcome)).length;
    return {
      changed: count((outcome) => !stillSo.has(outcome)),
      unchanged: count((outcome) => outcome === 'unchanged'),
      failed: count((outcome) => outcome === 'skipped' || outcome === 'not_found'),
      undo: answered.undo,
    };
  }
  return followed(answered as Operation);
}

async function followed(begun: Operation): Promise<Changed> {
  let now = begun;
  while (now.state === 'queued' || now.state === 'running') {
    await new Promise((resolve) => setTimeout(resolve, lookEveryMs));
    now = await answer(api.GET('/api/v1/operations/{id}', { params: { path: { id: begun.id } } }));
  }
  const { changed, unchanged, undo } = (now.result ?? {}) as {
    changed?: number;
    unchanged?: number;
    undo?: Undo[] | null;
  };
  return { changed: changed ?? 0, unchanged: unchanged ?? 0, failed: now.failed, undo: undo ?? [] };
}

const askedBack = ({ path, body }: Undo, query: { dryRun?: 'true' }) =>
  answer<Answered>(
    api.POST(`/api/v1${path}` as '/api/v1/cameras:bind', { params: { query }, body: body as never }),
  );

/** Takes a change back by the requests that its answer named. */
export async function takeBack(undo: readonly Undo[]): Promise<void> {
  for (const one of undo) await askedBack(one, {});
}

/** What that would do now, in numbers. */
export async function previewTakingBack(undo: readonly Undo[]): Promise<CameraChangePreview> {
  const sum: CameraChangePreview = { total: 0, changes: [], unchanged: 0, skipped: [] };
  for (const one of undo) {
    const next = (await askedBack(one, { dryRun: 'true' })) as CameraChangePreview;
    sum.total += next.total;
    sum.unchanged += next.unchanged;
    sum.changes.push(...next.changes);
    sum.skipped.push(...next.skipped);
  }
  return sum;
}

import type { CameraId, PlanId, TenantId } from '@gantry/protocol/ids.js';
import type { CameraFilters } from '../filters.js';

/** What can be done to many cameras in one request (R40). */
export type BulkAct =
  | { verb: 'bind'; customerId: TenantId; planId: PlanId }
  | { verb: 'unbind' }
  | { verb: 'setPlan'; planId: PlanId }
  | { verb: 'enable' }
  | { verb: 'disable' }
  | { verb: 'tag'; add: readonly string[]; remove: readonly string[] };
export type BulkVerb = BulkAct['verb'];

/** Which cameras: named one by one, or everything a filter holds at this moment. */
export type Selection =
  | { ids: readonly CameraId[] }
  | {
      filter: CameraFilters;
      except: readonly CameraId[];
      /** How many the person was shown, without `except`; null: not checked (a dry run tells). */
      expectedCount: number | null;
    };

/** What became of one camera; `unchanged`: it was so before, nothing was written. */
export const outcomes = [
  'bound',
  'unbound',
  'planned',
  'enabled',
  'disabled',
  'tagged',
  'unchanged',
  'skipped',
  'not_found',
] as const;
export type Outcome = (typeof outcomes)[number];

export const outcomeOf: Readonly<Record<BulkVerb, Outcome>> = {
  bind: 'bound',
  unbind: 'unbound',
  setPlan: 'planned',
  enable: 'enabled',
  disable: 'disabled',
  tag: 'tagged',
};

/** Why a camera is left as it is, in words for a person. */
export const skips = {
  not_found: 'it is not there (any more), or not yours to see',
  forbidden: 'your roles do not let you configure it',
  not_bound: 'it waits in the inbox: bind it first',
  plan_not_offered: 'the plan is not offered to its customer',
  switched_off_by_integrator: 'its integrator switched it off; ask them to switch it on',
  too_many_tags: 'it would have more than 20 tags',
} as const;
export type SkipCode = keyof typeof skips;

export interface ItemResult {
  id: CameraId;
  outcome: Outcome;
  /** Of what was skipped or not found. */
  code?: SkipCode;
}

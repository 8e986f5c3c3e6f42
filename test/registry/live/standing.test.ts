import type { TenantId } from '@gantry/protocol/ids.js';
import { whyNotLive, type LiveFacts } from '@gantry/registry/live/standing.js';
import { describe, expect, it } from 'vitest';

const tenant = (
  name: string,
  kind: 'platform' | 'integrator' | 'customer',
  status: 'active' | 'disabled',
) => ({
  id: `ten_${name}` as TenantId,
  kind,
  name,
  status,
});
const standings = (north: 'active' | 'disabled', bakery: 'active' | 'disabled') => [
  tenant('Platform', 'platform', 'active'),
  tenant('North', 'integrator', north),
  tenant('Bakery', 'customer', bakery),
];

describe('a camera', () => {
  it.each<[string, Partial<LiveFacts>, string | null]>([
    ['that is on', {}, null],
    ['in the inbox of an integrator', { standings: standings('active', 'active').slice(0, 2) }, null],
    [
      'that its customer switched off',
      { enabled: false, switchedOffBy: 'customer' },
      'Front door is switched off by the customer. Switch it on to see it.',
    ],
    [
      'of a disabled customer',
      { standings: standings('active', 'disabled') },
      'Front door shows nothing: customer Bakery is disabled.',
    ],
    [
      'below a disabled integrator, off as well',
      { enabled: false, switchedOffBy: 'customer', standings: standings('disabled', 'disabled') },
      'Front door shows nothing: integrator North is disabled.',
    ],
  ])('%s', (_, facts, why) => {
    const known: LiveFacts = {
      name: 'Front door',
      enabled: true,
      switchedOffBy: null,
      standings: standings('active', 'active'),
      ...facts,
    };
    expect(whyNotLive(known)).toBe(why);
  });
});

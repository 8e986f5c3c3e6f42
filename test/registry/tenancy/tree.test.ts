import type { TenantId } from '@gantry/protocol/ids.js';
import { tenantKinds, tenantStatuses } from '@gantry/registry/db/schema/tenants.js';
import { scopeHolds } from '@gantry/registry/tenancy/scope.js';
import { statusLine } from '@gantry/registry/tenancy/status-line.js';
import {
  effectiveStatus,
  isWithin,
  labelsOf,
  mayHold,
  type TenantStanding,
} from '@gantry/registry/tenancy/tree.js';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

const standing = (name: string, status: TenantStanding['status']): TenantStanding => ({
  id: `ten_${name}` as TenantId,
  kind: 'integrator',
  name,
  status,
});

describe('paths', () => {
  const label = fc.integer({ min: 1, max: 99 }).map((n) => `${n}.`);
  const path = fc.array(label, { minLength: 1, maxLength: 6 }).map((labels) => labels.join(''));

  test('a tenant lies within itself and everything above it, and within nothing beside it', () => {
    fc.assert(
      fc.property(path, path, (above, below) => {
        expect(isWithin(above + below, above)).toBe(true);
        expect(isWithin(above, above)).toBe(true);
        expect(isWithin(above, above + below)).toBe(false);
      }),
    );
  });

  test('a label that begins like another is another tenant', () => {
    expect(isWithin('1.20.', '1.2.')).toBe(false);
    expect(isWithin('12.', '1.')).toBe(false);
    expect(isWithin('1.', '')).toBe(false);
  });

  test('labels and path say the same', () => {
    fc.assert(
      fc.property(path, (some) => {
        expect(
          labelsOf(some)
            .map((one) => `${one}.`)
            .join(''),
        ).toBe(some);
      }),
    );
  });

  test('an empty scope holds nothing', () => {
    fc.assert(
      fc.property(path, (some) => {
        expect(scopeHolds({ paths: [] }, some)).toBe(false);
      }),
    );
  });
});

describe('the effective status', () => {
  const status = fc.constantFrom(...tenantStatuses);

  test('is active exactly when the tenant and all above it are', () => {
    fc.assert(
      fc.property(fc.array(status, { minLength: 1, maxLength: 8 }), (statuses) => {
        const line = statuses.map((one, i) => standing(String(i), one));
        expect(effectiveStatus(line).active).toBe(statuses.every((one) => one === 'active'));
      }),
    );
  });

  test('names the highest tenant that decides it', () => {
    const line = [
      standing('platform', 'active'),
      standing('north', 'disabled'),
      standing('shop', 'disabled'),
    ];
    expect(effectiveStatus(line)).toMatchObject({ active: false, because: { name: 'north' } });
  });

  test.each([
    [[standing('shop', 'active')], null, 'On'],
    [[standing('shop', 'disabled')], null, 'Off — disabled'],
    [[standing('shop', 'disabled')], 'contract ended', 'Off — disabled: contract ended'],
    [[standing('North', 'disabled'), standing('shop', 'active')], null, 'Off — integrator North disabled'],
  ])('is told in one line with its reason: %#', (line, reason, expected) => {
    expect(statusLine('ten_shop', effectiveStatus(line), reason)).toBe(expected);
  });
});

test('an integrator hangs below the platform or an integrator, a customer below an integrator or a customer (R1)', () => {
  const allowed = tenantKinds.flatMap((parent) =>
    tenantKinds.filter((child) => mayHold(parent, child)).map((child) => `${parent} → ${child}`),
  );
  expect(allowed).toEqual([
    'platform → integrator',
    'integrator → integrator',
    'integrator → customer',
    'customer → customer',
  ]);
});

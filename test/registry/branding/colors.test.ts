import {
  contrast,
  isReadable,
  leastContrast,
  nearestReadable,
  onColor,
  ownShade,
  shadesOf,
  toHex,
  toOklch,
} from '@gantry/registry/branding/colors.js';
import fc from 'fast-check';
import { expect, test } from 'vitest';

const color = fc
  .integer({ min: 0, max: 0xff_ff_ff })
  .map((value) => `#${value.toString(16).padStart(6, '0')}`);

test.each([
  ['#000000', '#ffffff', 21],
  ['#ffffff', '#ffffff', 1],
  ['#767676', '#ffffff', 4.54],
])('%s to %s has a contrast of %d (WCAG)', (one, other, ratio) => {
  expect(contrast(one, other)).toBeCloseTo(ratio, 1);
  expect(contrast(other, one)).toBe(contrast(one, other));
});

test('a colour survives the way through OKLCH and back', () => {
  fc.assert(
    fc.property(color, (hex) => {
      expect(toHex(toOklch(hex))).toBe(hex);
    }),
  );
});

test('something can be read on every colour', () => {
  fc.assert(
    fc.property(color, (hex) => {
      expect(contrast(hex, onColor(hex))).toBeGreaterThanOrEqual(leastContrast);
    }),
  );
});

test('what is proposed can be read, is near, and is the colour itself where that can be read', () => {
  fc.assert(
    fc.property(color, (hex) => {
      const near = nearestReadable(hex);
      expect(isReadable(near)).toBe(true);
      if (isReadable(hex)) expect(near).toBe(hex);
      // Not darker than it must be: a little lighter cannot be read any more.
      else expect(contrast(near, '#ffffff')).toBeLessThan(leastContrast + 0.3);
    }),
  );
});

test('ten shades from light to dark, the seventh is the colour itself', () => {
  fc.assert(
    fc.property(color, (hex) => {
      const shades = shadesOf(hex);
      expect(shades).toHaveLength(10);
      expect(shades[ownShade]).toBe(hex);
      const lightness = shades.map((shade) => toOklch(shade).lightness);
      for (const [index, value] of lightness.entries()) {
        if (index > 0) expect(value).toBeLessThanOrEqual((lightness[index - 1] as number) + 0.01);
      }
    }),
  );
});

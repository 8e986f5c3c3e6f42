/**
 * Colours of a brand: shades by lightness in OKLCH, where equal steps look equal (https://bottosson.github.io/posts/oklab/),
 * contrast as WCAG 2.2 measures it (§1.4.3).
 */
export interface Oklch {
  /** 0 black to 1 white. */
  lightness: number;
  chroma: number;
  /** Radians. */
  hue: number;
}

type Rgb = readonly [number, number, number];

/** Least contrast of text of any size. */
export const leastContrast = 4.5;
const white = '#ffffff';
const black = '#000000';

const linear = (channel: number): number =>
  channel <= 0.04045 ? channel / 12.92 : ((channel + 0.055) / 1.055) ** 2.4;
const encoded = (channel: number): number =>
  channel <= 0.0031308 ? channel * 12.92 : 1.055 * channel ** (1 / 2.4) - 0.055;

/** `#rrggbb` → linear light, each 0 to 1. */
function linearOf(hex: string): Rgb {
  const channel = (at: number): number => linear(Number.parseInt(hex.slice(at, at + 2), 16) / 255);
  return [channel(1), channel(3), channel(5)];
}

const hexOf = (rgb: Rgb): string =>
  `#${rgb
    .map((channel) => Math.round(Math.min(1, Math.max(0, encoded(channel))) * 255))
    .map((value) => value.toString(16).padStart(2, '0'))
    .join('')}`;

export function toOklch(hex: string): Oklch {
  const [r, g, b] = linearOf(hex);
  const l = Math.cbrt(0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b);
  const m = Math.cbrt(0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b);
  const s = Math.cbrt(0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b);
  const lightness = 0.2104542553 * l + 0.793617785 * m - 0.0040720468 * s;
  const a = 1.9779984951 * l - 2.428592205 * m + 0.4505937099 * s;
  const bb = 0.0259040371 * l + 0.7827717662 * m - 0.808675766 * s;
  return { lightness, chroma: Math.hypot(a, bb), hue: Math.atan2(bb, a) };
}

function toLinear({ lightness, chroma, hue }: Oklch): Rgb {
  const a = chroma * Math.cos(hue);
  const b = chroma * Math.sin(hue);
  const l = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3;
  const m = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3;
  const s = (lightness - 0.0894841775 * a - 1.291485548 * b) ** 3;
  return [
    4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s,
    -1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s,
    -0.0041960863 * l - 0.7034186147 * m + 1.707614701 * s,
  ];
}

const isShowable = (rgb: Rgb): boolean => rgb.every((channel) => channel >= -1e-4 && channel <= 1 + 1e-4);

/** The colour a screen can show: where there is none so colourful, the most colourful of that lightness and hue. */
export function toHex(color: Oklch): string {
  if (isShowable(toLinear(color))) return hexOf(toLinear(color));
  let [least, most] = [0, color.chroma];
  for (let step = 0; step < 20; step += 1) {
    const middle = (least + most) / 2;
    if (isShowable(toLinear({ ...color, chroma: middle }))) least = middle;
    else most = middle;
  }
  return hexOf(toLinear({ ...color, chroma: least }));
}

/** 1 to 21. */
export function contrast(one: string, other: string): number {
  const luminance = (hex: string): number => {
    const [r, g, b] = linearOf(hex);
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const [darker = 0, lighter = 0] = [luminance(one), luminance(other)].toSorted((a, b) => a - b);
  return (lighter + 0.05) / (darker + 0.05);
}

const lightest = 0.97;
const darkest = 0.25;
/** The brand's own colour is the seventh: six lighter ones, three darker. */
export const ownShade = 6;

/** Ten shades of one hue, light to dark; the {@link ownShade}th is the colour itself. */
export function shadesOf(primary: string): string[] {
  const own = toOklch(primary);
  const top = Math.max(lightest, own.lightness);
  const bottom = Math.min(darkest, own.lightness);
  return Array.from({ length: 10 }, (_none, index) => {
    if (index === ownShade) return primary;
    const share = index < ownShade ? index / ownShade : (index - ownShade) / (9 - ownShade);
    const lightness =
      index < ownShade
        ? top + (own.lightness - top) * share
        : own.lightness + (bottom - own.lightness) * share;
    // Pale shades of a strong colour look stained unless they are paler than their lightness alone makes them.
    const chroma = index < ownShade ? own.chroma * (0.15 + 0.85 * share) : own.chroma;
    return toHex({ lightness, chroma, hue: own.hue });
  });
}

/** What is written on a colour: white or black, whichever reads better; one of them always does. */
export const onColor = (color: string): string =>
  contrast(white, color) >= contrast(black, color) ? white : black;

/** Whether it can be read on white, and white on it: links and buttons both use it so. */
export const isReadable = (color: string): boolean => contrast(color, white) >= leastContrast;

/** The nearest colour of the same hue that can be read on `ground`: the same where it can already. */
export function nearestReadable(color: string, ground: string = white): string {
  const reads = (candidate: string): boolean => contrast(candidate, ground) >= leastContrast;
  if (reads(color)) return color;
  const own = toOklch(color);
  // Away from the ground: darker on a light one, lighter on a dark one.
  const away = onColor(ground) === black ? 0 : 1;
  let [far, near] = [away, own.lightness];
  for (let step = 0; step < 20; step += 1) {
    const middle = (far + near) / 2;
    if (reads(toHex({ ...own, lightness: middle }))) far = middle;
    else near = middle;
  }
  return toHex({ ...own, lightness: far });
}

/** What text stands on at worst: the tinted surfaces of both schemes. */
const grounds = { light: '#e9ecef', dark: '#343a40' } as const;

/** The brand's colour as that of text, in either scheme. */
export const textColors = (primary: string): { light: string; dark: string } => ({
  light: nearestReadable(primary, grounds.light),
  dark: nearestReadable(primary, grounds.dark),
});

import {
  createTheme,
  type CSSVariablesResolver,
  type MantineColorsTuple,
  type MantineThemeOverride,
} from '@mantine/core';
import type { Look } from '../api/schema.js';

/** Controls are large enough for thumbs; their words are as large as those around them. */
const asOtherLabels = { fontSize: 'var(--mantine-font-size-sm)' };
const dialogStyles = {
  title: { fontSize: 'var(--mantine-font-size-lg)', fontWeight: 600, lineHeight: 1.3 },
  header: { background: 'var(--gantry-surface)' },
  // A shadow alone does not set it off in the dark.
  content: { background: 'var(--gantry-surface)', border: '1px solid var(--gantry-line)' },
};

/** Greys of the dark scheme in the hue of its surfaces, text first; as on the pages before the portal. */
const dark: MantineColorsTuple = [
  '#e6eaed',
  '#c9d0d6',
  '#98a2ad',
  '#6b757f',
  '#434a52',
  '#383e45',
  '#292e33',
  '#1e2125',
  '#1a1d20',
  '#131518',
];

/**
 * Mantine's defaults, mended where they fail WCAG 2.2 AA (ux.md 2.6, trap 6): darker fills, targets of 24 px,
 * names for close buttons come from parts/dialog.tsx.
 */
const base = createTheme({
  primaryColor: 'gantry',
  // Of the ten shades the brand's own colour: white on it is at least 4.5:1.
  primaryShade: 6,
  respectReducedMotion: true,
  defaultRadius: 'md',
  fontFamily: 'system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif',
  headings: {
    fontWeight: '650',
    sizes: {
      h1: { fontSize: '1.5rem', lineHeight: '2rem' },
      h2: { fontSize: '1.125rem', lineHeight: '1.5rem' },
    },
  },
  cursorType: 'pointer',
  // By name, not by the component's own `extend`: a component that no page uses would be loaded with the theme.
  components: {
    Checkbox: { defaultProps: { size: 'md' }, styles: { label: asOtherLabels } },
    Radio: { defaultProps: { size: 'md' }, styles: { label: asOtherLabels } },
    Switch: { defaultProps: { size: 'md' }, styles: { label: asOtherLabels } },
    List: { defaultProps: { size: 'sm' } },
    Fieldset: { styles: { legend: { fontWeight: 600 } } },
    Drawer: { styles: dialogStyles },
    CloseButton: { defaultProps: { size: 'md' } },
    // Its placeholder for the focus is a child that no menu may have (ARIA: required children).
    Menu: { defaultProps: { withInitialFocusPlaceholder: false } },
    Modal: {
      defaultProps: { overlayProps: { backgroundOpacity: 0.4 }, transitionProps: { duration: 100 } },
      styles: dialogStyles,
    },
  },
});

export const themeOf = ({ shades }: Look): MantineThemeOverride => ({
  ...base,
  colors: { gantry: shades as unknown as MantineColorsTuple, dark },
});

/** Where the brand's colour is that of text. */
const textVariables = (color: string) => ({
  '--mantine-color-anchor': color,
  '--mantine-color-gantry-text': color,
  '--mantine-color-gantry-light-color': color,
  '--mantine-color-gantry-outline': color,
  '--mantine-color-gantry-light': 'var(--gantry-selected)',
});

/** Greys that carry text keep 4.5:1 on the page and on raised surfaces; the brand's colour as text likewise. */
export const variablesOf =
  ({ shades, text }: Look): CSSVariablesResolver =>
  () => ({
    variables: {},
    light: {
      ...textVariables(text.light),
      '--mantine-color-dimmed': '#5b6570',
      '--mantine-color-placeholder': '#646d77',
      '--mantine-color-error': '#c2261d',
      '--mantine-color-red-outline': '#b3261e',
      '--mantine-color-yellow-outline': '#7a5200',
      '--gantry-surface': '#ffffff',
      '--gantry-page': '#f7f8f9',
      '--gantry-line': '#e2e5e9',
      '--gantry-hover': '#f1f3f5',
      '--gantry-selected': shades[0] ?? '',
    },
    dark: {
      ...textVariables(text.dark),
      '--mantine-color-dimmed': '#a3adb8',
      '--mantine-color-placeholder': '#98a2ad',
      '--mantine-color-error': '#ff8a80',
      '--mantine-color-body': '#17191c',
      '--gantry-surface': '#1e2125',
      '--gantry-page': '#17191c',
      '--gantry-line': '#33383e',
      '--gantry-hover': '#262a2f',
      '--gantry-selected': `color-mix(in srgb, ${shades[6]} 30%, #1e2125)`,
    },
  });

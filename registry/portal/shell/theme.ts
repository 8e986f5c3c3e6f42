import { createTheme, type CSSVariablesResolver, type MantineColorsTuple } from '@mantine/core';

/** White on shade 6 and darker is at least 4.8:1. */
const gantry: MantineColorsTuple = [
  '#eef9f2',
  '#d8f0e2',
  '#b0e1c6',
  '#82cea5',
  '#4db67f',
  '#2b9a62',
  '#1f8252',
  '#176842',
  '#125436',
  '#0c3f28',
];

/**
 * Mantine's defaults, mended where they fail WCAG 2.2 AA (ux.md 2.6, trap 6): darker fills, targets of 24 px,
 * names for close buttons come from parts/dialog.tsx.
 */
export const theme = createTheme({
  colors: { gantry },
  primaryColor: 'gantry',
  primaryShade: { light: 7, dark: 6 },
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
    Checkbox: { defaultProps: { size: 'md' } },
    Radio: { defaultProps: { size: 'md' } },
    CloseButton: { defaultProps: { size: 'md' } },
    Modal: {
      defaultProps: { overlayProps: { backgroundOpacity: 0.4 }, transitionProps: { duration: 100 } },
    },
    Tooltip: {
      defaultProps: { openDelay: 300, events: { hover: true, focus: true, touch: false } },
    },
  },
});

/** Greys that carry text keep 4.5:1 on the page and on raised surfaces. */
export const cssVariables: CSSVariablesResolver = () => ({
  variables: {},
  light: {
    '--mantine-color-dimmed': '#5b6570',
    '--mantine-color-placeholder': '#646d77',
    '--mantine-color-error': '#c2261d',
    '--mantine-color-red-outline': '#b3261e',
    '--mantine-color-yellow-outline': '#7a5200',
    '--gantry-surface': '#ffffff',
    '--gantry-page': '#f7f8f9',
    '--gantry-line': '#e2e5e9',
    '--gantry-hover': '#f1f3f5',
    '--gantry-selected': '#e8f5ee',
  },
  dark: {
    '--mantine-color-dimmed': '#a3adb8',
    '--mantine-color-placeholder': '#98a2ad',
    '--mantine-color-error': '#ff8a80',
    '--mantine-color-body': '#17191c',
    '--gantry-surface': '#1e2125',
    '--gantry-page': '#17191c',
    '--gantry-line': '#33383e',
    '--gantry-hover': '#262a2f',
    '--gantry-selected': '#1b3326',
  },
});

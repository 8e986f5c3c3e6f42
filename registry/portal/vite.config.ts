import { join } from 'node:path';
import react from '@vitejs/plugin-react';
import { defineConfig, type Plugin } from 'vite';

const ofDialogs =
  /components\/(Modal|ModalBase)\/|react-remove-scroll|react-style-singleton|use-sidecar|use-callback-ref|parts\/(dialog|form-dialog|confirm-dialog)\.tsx/;

/**
 * Mantine's dialogs compare what they scroll by with `ScrollArea.Autosize`, and so bring the whole of it, 5 kB packed.
 * None of ours is given it.
 */
const dialogsWithoutScrollArea: Plugin = {
  name: 'dialogs-without-scroll-area',
  enforce: 'pre',
  resolveId: (source, importer = '') =>
    source.endsWith('/ScrollArea.mjs') && /\/(Modal|Drawer)Root\.mjs$/.test(importer) ? '\0none' : null,
  load: (id) => (id === '\0none' ? 'export const ScrollArea = { Autosize: Symbol() };' : null),
};

/** `.ci/build.mjs` says where to: it swaps the whole folder in, so that a registry never serves half a build. */
export default defineConfig({
  root: import.meta.dirname,
  base: '/',
  plugins: [react(), dialogsWithoutScrollArea],
  build: {
    target: 'es2022',
    // These know light-dark() and nesting: nothing is rewritten.
    cssTarget: ['chrome123', 'firefox121', 'safari17.5'],
    emptyOutDir: true,
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    manifest: true,
    // Many small files pack worse than one: what ten or more pieces share is one file. Dialogs are another, for pages
    // that have none at first; `get-nonce` is theirs, and the first thing that is called.
    rolldownOptions: {
      // The second is the script of a page that the registry renders: it knows its name.
      input: ['index.html', 'share.ts'].map((name) => join(import.meta.dirname, name)),
      output: {
        entryFileNames: ({ name }) => (name === 'share' ? 'share.js' : 'assets/[name]-[hash].js'),
        codeSplitting: {
          groups: [
            { name: 'nonce', test: /get-nonce/, priority: 3 },
            { name: 'base', test: (id) => !ofDialogs.test(id), minShareCount: 10, priority: 2 },
            { name: 'dialog', test: ofDialogs, priority: 1 },
          ],
        },
      },
    },
    reportCompressedSize: false,
  },
});

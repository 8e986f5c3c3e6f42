import { join } from 'node:path';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

/** `.ci/build.mjs` says where to: it swaps the whole folder in, so that a registry never serves half a build. */
export default defineConfig({
  root: import.meta.dirname,
  base: '/',
  plugins: [react()],
  build: {
    target: 'es2022',
    // These know light-dark() and nesting: nothing is rewritten.
    cssTarget: ['chrome123', 'firefox121', 'safari17.5'],
    emptyOutDir: true,
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    manifest: true,
    // Many small files pack worse than one: what ten or more pieces share is one file.
    rolldownOptions: {
      // The second is the script of a page that the registry renders: it knows its name.
      input: ['index.html', 'share.ts'].map((name) => join(import.meta.dirname, name)),
      output: {
        entryFileNames: ({ name }) => (name === 'share' ? 'share.js' : 'assets/[name]-[hash].js'),
        codeSplitting: { groups: [{ name: 'base', minShareCount: 10 }] },
      },
    },
    reportCompressedSize: false,
  },
});

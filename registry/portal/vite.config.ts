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
    // Many small files pack worse than one: what six or more pieces share is one file.
    rolldownOptions: { output: { codeSplitting: { groups: [{ name: 'base', minShareCount: 6 }] } } },
    reportCompressedSize: false,
  },
});

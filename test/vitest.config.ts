import { join } from 'node:path';
import { defineConfig } from 'vitest/config';
import LongestFirst from './support/longest-first.js';

export default defineConfig({
  root: import.meta.dirname,
  resolve: {
    // The portal is bundled, not compiled file by file: its pure parts are tried from their sources.
    alias: [
      {
        find: /^@gantry\/registry\/portal\/(.*)\.js$/,
        replacement: `${import.meta.dirname}/../registry/portal/$1.ts`,
      },
    ],
  },
  test: {
    include: ['**/*.test.ts'],
    exclude: ['dist/**', 'node_modules/**'],
    environment: 'node',
    globalSetup: ['./support/build.ts', './support/global-setup.ts'],
    pool: 'forks',
    // The product as it is built (support/build.ts), loaded once for each worker: its modules keep no state
    // (architecture.test.ts), so that files may share them. Loading it anew for every file took half of the time.
    server: { deps: { external: [/\/(protocol|agent|registry)\/dist\//] } },
    isolate: false,
    // What Node compiled is kept for every program that a story starts.
    env: { NODE_COMPILE_CACHE: join(import.meta.dirname, 'node_modules', '.cache', 'compiled') },
    sequence: { sequencer: LongestFirst },
    // Stories mostly wait for real cameras, clocks and sockets: more workers than processors keep those busy.
    maxWorkers: 4,
    testTimeout: 90_000,
    hookTimeout: 120_000,
    reporters: ['default', './support/closing-line-reporter.ts'],
  },
});

import { defineConfig } from 'vitest/config';

/** Product code is tested from its sources: the packages' exports name them under `gantry-source`. */
const conditions = ['gantry-source', 'node'];

export default defineConfig({
  root: import.meta.dirname,
  resolve: { conditions },
  ssr: { resolve: { conditions, externalConditions: ['node'] } },
  test: {
    include: ['**/*.test.ts'],
    exclude: ['dist/**', 'node_modules/**'],
    environment: 'node',
    globalSetup: ['./support/global-setup.ts'],
    pool: 'forks',
    // Stories mostly wait for real cameras, clocks and sockets: more workers than processors keep those busy.
    maxWorkers: 3,
    // Real cameras, clocks and sockets on a machine others use too: once more in CI, and the report names it.
    retry: process.env['CI'] ? 1 : 0,
    testTimeout: 90_000,
    hookTimeout: 120_000,
    reporters: ['default', './support/closing-line-reporter.ts'],
  },
});

import { defineConfig } from 'vitest/config'

/**
 * Three suites: everything quick side by side; the window and the killed core, two files at a time; and what starts
 * children or models one file at a time, since a busy machine makes llama.cpp's threads spin.
 */
export default defineConfig({
  test: {
    root: new URL('..', import.meta.url).pathname,
    testTimeout: 30_000,
    hookTimeout: 60_000,
    projects: [
      {
        extends: true,
        test: { name: 'unit', include: ['test/**/*.test.ts'], exclude: ['test/browser/**', 'test/crash/**', 'test/**/*.real.test.ts'] },
      },
      {
        extends: true,
        test: {
          name: 'paired',
          globalSetup: 'test/support/build-once.ts',
          include: ['test/browser/**/*.test.ts', 'test/crash/**/*.test.ts'],
          maxWorkers: 2,
          testTimeout: 120_000,
          sequence: { groupOrder: 1 },
        },
      },
      {
        extends: true,
        test: {
          name: 'real',
          globalSetup: 'test/support/build-once.ts',
          include: ['test/**/*.real.test.ts'],
          fileParallelism: false,
          testTimeout: 120_000,
          sequence: { groupOrder: 2 },
        },
      },
    ],
  },
})

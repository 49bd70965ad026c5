import { defineConfig } from 'vitest/config'

const root = new URL('..', import.meta.url).pathname

/** What starts processes but computes with no model: two files at a time. */
const paired = [
  'test/browser/**/*.test.ts',
  'test/crash/**/*.test.ts',
  'test/{cli,console,egress}/**/*.real.test.ts',
  'test/setup.real.test.ts',
]

/**
 * Three suites: everything quick side by side; windows, killed cores and commands two files at a time; and what computes with models
 * one file at a time, since a busy machine makes llama.cpp's threads spin.
 */
export default defineConfig({
  test: {
    root,
    // Cores and commands that tests start are compiled once: hundreds of them come and go.
    env: { NODE_COMPILE_CACHE: `${root}node_modules/.cache/compiled` },
    testTimeout: 30_000,
    hookTimeout: 60_000,
    setupFiles: ['test/support/test-guard.ts'],
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          include: ['test/**/*.test.ts'],
          exclude: ['test/browser/**', 'test/crash/**', 'test/**/*.real.test.ts'],
          // One fewer than there are cores would be one.
          maxWorkers: 2,
        },
      },
      {
        extends: true,
        test: {
          name: 'paired',
          globalSetup: 'test/support/build-once.ts',
          include: paired,
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
          exclude: paired,
          fileParallelism: false,
          testTimeout: 120_000,
          sequence: { groupOrder: 2 },
        },
      },
    ],
  },
})

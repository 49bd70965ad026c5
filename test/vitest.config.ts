import { defineConfig } from 'vitest/config'

const root = new URL('..', import.meta.url).pathname

/** Not quick: what opens windows, kills cores, types commands, or is said to be real by its name. */
const slow = ['test/browser/**/*.test.ts', 'test/crash/**/*.test.ts', 'test/**/*.real.test.ts']

/** Two suites, what is quick, two files at a time, and then what starts programs, windows and models of one thread each, three at a time. */
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
          exclude: slow,
          // One fewer than there are cores would be one.
          maxWorkers: 2,
        },
      },
      {
        extends: true,
        test: {
          name: 'real',
          globalSetup: 'test/support/build-once.ts',
          include: slow,
          // They wait for each other's processes more than they compute.
          maxWorkers: 3,
          testTimeout: 120_000,
          sequence: { groupOrder: 1 },
        },
      },
    ],
  },
})

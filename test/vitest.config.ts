import { defineConfig } from 'vitest/config'

const root = new URL('..', import.meta.url).pathname

/** Not quick: what opens windows, kills cores, types commands, or is said to be real by its name. */
const slow = ['test/browser/**/*.test.ts', 'test/crash/**/*.test.ts', 'test/**/*.real.test.ts']

/** What takes a whole appliance, by a command of its own: it is built for each file. */
const appliances = ['test/scripts/appliance/*.real.test.ts', 'test/airgap/gap.real.test.ts']

/** Long, and about faults, bundles, packages and single commands rather than about what a person sees: by a command of its own as well. */
const long = [
  'test/crash/**/*.test.ts',
  'test/egress/**/*.real.test.ts',
  'test/airgap/*faults.real.test.ts',
  'test/app/bundle*.real.test.ts',
  'test/browser/journey/offline.test.ts',
  'test/cli/{agents,audit,bundle*,interrupted,missions,policy,telemetry,tiers,usage}.real.test.ts',
  'test/memory/parse/hostile.real.test.ts',
  'test/models/{agent-calls,inference-failures}.real.test.ts',
  'test/scripts/desktop-package/*.real.test.ts',
  'test/setup.real.test.ts',
]

/** Two suites, each two files at a time: what is quick, and then what starts programs, windows and models of one thread each. */
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
          exclude: [...appliances, ...long],
          // More of them were slower: each starts processes of its own.
          maxWorkers: 2,
          testTimeout: 120_000,
          sequence: { groupOrder: 1 },
        },
      },
      {
        extends: true,
        test: {
          name: 'long',
          globalSetup: 'test/support/build-once.ts',
          include: long,
          maxWorkers: 2,
          testTimeout: 120_000,
          sequence: { groupOrder: 1 },
        },
      },
      {
        extends: true,
        test: {
          name: 'appliance',
          globalSetup: 'test/support/build-once.ts',
          include: appliances,
          maxWorkers: 1,
          testTimeout: 120_000,
          sequence: { groupOrder: 2 },
        },
      },
    ],
  },
})

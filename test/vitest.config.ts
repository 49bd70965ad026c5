import { defineConfig } from 'vitest/config'

/** Two suites: everything quick beside each other, and what starts children, browsers or cores one file at a time, since busy machines make llama.cpp's threads spin. */
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
          name: 'real',
          globalSetup: 'test/support/build-once.ts',
          include: ['test/**/*.real.test.ts', 'test/browser/**/*.test.ts', 'test/crash/**/*.test.ts'],
          fileParallelism: false,
          testTimeout: 120_000,
          sequence: { groupOrder: 1 },
        },
      },
    ],
  },
})

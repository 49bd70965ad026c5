/** The guard is the first thing of every program to run: shown by watching each module begin. */
import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'

const root = join(import.meta.dirname, '../..')
const watch = join(root, 'test/support/say-evaluated.mjs')

/** What the guard itself is made of. It brings types along, and no package. */
const ofTheGuard = [
  ...['egress-attempts.ts', 'egress-denied.ts', 'egress-flood.ts', 'egress-guard.ts', 'egress-permits.ts', 'egress-rules.ts'],
  ...[
    'guard-core.ts',
    'guard-child.ts',
    'guard-names.ts',
    'guard-programs.ts',
    'guard-sockets.ts',
    'scanner-command.ts',
    'scrubbed-environment.ts',
    'wrap.ts',
  ],
]

interface Evaluated {
  readonly url: string
  readonly isGuarded: boolean
}
function modulesOf(entry: string, args: readonly string[] = [], flags: readonly string[] = []): readonly Evaluated[] {
  const { output } = spawnSync(process.execPath, ['--no-warnings', ...flags, `--import=${watch}`, join(root, entry), ...args], {
    stdio: ['ignore', 'ignore', 'inherit', 'pipe'],
    env: { ...process.env, SAY_TO: '3' },
    timeout: 60_000,
  })
  return JSON.parse(String(output[3])) as readonly Evaluated[]
}

describe('EGR-02 nothing of a program runs before the guard stands', () => {
  test.each([
    ['main/cli/holdfast.ts', ['--version']],
    ['main/cli/start.ts', ['--help']],
    // Without a core to speak to, a child ends once it is loaded.
    ['main/memory/vector-child.ts', []],
    ['main/store/table-query-child.ts', []],
  ])('%s', (entry, args) => {
    const modules = modulesOf(entry, args)
    const before = modules.filter(({ isGuarded }) => !isGuarded).map(({ url }) => basename(fileURLToPath(url)))
    expect(before.filter((name) => !ofTheGuard.includes(name))).toEqual([])
    expect(before.length).toBeGreaterThan(8)
    expect(modules.filter(({ isGuarded }) => isGuarded).map(({ url }) => basename(fileURLToPath(url)))).toContain(basename(entry))
  })

  test('a guard that is not the first import is found', () => {
    const late = modulesOf('test/support/late-guard.ts').filter(({ isGuarded }) => !isGuarded)
    expect(late.map(({ url }) => basename(fileURLToPath(url)))).toContain('result.ts')
  })

  test.each([
    ['main/cli/holdfast.ts', '../platform/guard-core.ts'],
    ['main/cli/start.ts', '../platform/guard-core.ts'],
    ['main/electron/main.ts', '../platform/guard-desktop.ts'],
    ['main/child-main.ts', './platform/guard-child.ts'],
    ['main/memory/parse-child.ts', '../child-main.ts'],
    ['main/memory/vector-child.ts', '../child-main.ts'],
    ['main/models/llama-child.ts', '../child-main.ts'],
    ['main/store/table-query-child.ts', '../child-main.ts'],
  ])('the first that %s imports, Node itself apart, is %s', (entry, first) => {
    const imports = [...readFileSync(join(root, entry), 'utf8').matchAll(/^import (?!type)(?:[^'";]*from )?'([^']+)'/gm)].map(
      ([, from]) => from,
    )
    expect(imports.find((from) => !from?.startsWith('node:'))).toBe(first)
  })
})

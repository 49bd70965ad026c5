import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { checkFile } from './check.ts'
import { topLevel } from './rules.ts'

const root = join(import.meta.dirname, '../..')
const tracked = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard'], { cwd: root, encoding: 'utf8' })
  .split('\n')
  .filter(Boolean)
const sources = tracked.filter((path) => /^(main|renderer|scripts)\/.*\.(ts|tsx|cts)$/.test(path))

test('every file keeps the arrows, the homes of dangerous packages, the purity of the domain, and its size', () => {
  expect(sources.length).toBeGreaterThan(100)
  expect(sources.flatMap((path) => checkFile(path, readFileSync(join(root, path), 'utf8')))).toEqual([])
})

test('the top of the repository holds what the map says and nothing else', () => {
  const found = new Set(tracked.map((path) => path.split('/')[0] ?? ''))
  expect([...found].filter((name) => !topLevel.includes(name))).toEqual([])
})

const head = '/** A planted fault. */\n'

test.each([
  ['a leaf that imports its sibling', 'main/store/x.ts', "import { a } from '../memory/a.ts'", 'may not import memory'],
  ['the domain that imports the store', 'main/domain/x.ts', "import { a } from '../store/a.ts'", 'may not import store'],
  ['a type that goes upward', 'main/memory/x.ts', "import type { A } from '../handlers/a.ts'", 'may not import handlers'],
  ['a re-export that goes upward', 'main/runs/x.ts', "export { a } from '../app.ts'", 'may not import app.ts'],
  ['Electron outside of its folder', 'main/console/x.ts', "import { app } from 'electron'", 'whose home'],
  ['a child process outside of platform', 'main/runs/x.ts', "import { fork } from 'node:child_process'", 'whose home'],
  ['the same without its prefix', 'main/runs/x.ts', "import { fork } from 'child_process'", 'whose home'],
  ['a database driver in a handler', 'main/handlers/x.ts', "import Database from 'better-sqlite3'", 'whose home'],
  ['a deep import of a dangerous package', 'main/runs/x.ts', "import { a } from '@lancedb/lancedb/dist/a.js'", 'whose home'],
  ['a dynamic import in the core', 'main/runs/x.ts', "const a = await import('../memory/a.ts')", 'dynamically'],
  ['a clock in the domain', 'main/domain/x.ts', 'export const now = () => Date.now()', 'uses Date'],
  ['dice in the domain', 'main/domain/x.ts', 'export const roll = () => Math.random()', 'uses Math.random'],
  ['a package in the domain', 'main/domain/x.ts', "import { parse } from 'yaml'", 'know zod and themselves'],
  ['the window that imports a handler', 'renderer/x.ts', "import { a } from '../main/handlers/a.ts'", 'takes types of the contract'],
  [
    'the window that runs the contract',
    'renderer/x.ts',
    "import { calls } from '../main/contract/calls.ts'",
    'takes types of the contract',
  ],
  ['a file without a word on what it is for', 'main/runs/x.ts', '', 'does not open by saying'],
  ['a file that is too long', 'main/runs/x.ts', 'export {}\n'.repeat(401), 'lines'],
])('a planted fault is found: %s', (_what, path, source, message) => {
  const text = message === 'does not open by saying' ? 'export {}\n' : head + source
  expect(checkFile(path, text).join('\n')).toContain(message)
})

test.each([
  ['a property that is named like a clock', 'main/domain/x.ts', 'export const a = { Date: 1 }.Date'],
  ['a type of the contract in the window', 'renderer/x.ts', "import type { Calls } from '../main/contract/calls.ts'"],
  ['a type named like a global', 'main/domain/x.ts', 'export interface A { readonly at: Date }'],
])('what is allowed is left alone: %s', (_what, path, source) => {
  expect(checkFile(path, head + source)).toEqual([])
})

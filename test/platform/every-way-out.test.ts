/** The rules of the product, each in a process of its own, which tries every way out behind them. */
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import type { WayOut } from './every-way-out.ts'

const main = join(import.meta.dirname, '../../main')
const program = join(import.meta.dirname, 'every-way-out.ts')
const flags = ['--experimental-eventsource', '--no-warnings']

function tryAll(before: readonly string[], guard: readonly string[], leftOut: readonly string[] = []): Record<string, WayOut> {
  const [command = '', ...args] = [...before, process.execPath, ...flags, ...guard, program, ...leftOut]
  const { stdout, stderr } = spawnSync(command, args, {
    encoding: 'utf8',
    timeout: 60_000,
    env: { ...process.env, WAIT_MS: guard.length > 0 ? '10000' : '300' },
  })
  // Programs that were started say what they think of it.
  if (guard.length > 0) expect(stderr).toBe('')
  return JSON.parse(stdout) as Record<string, WayOut>
}

/** These say no more than that they failed. */
const isMute = (way: string): boolean => /^(WebSocket|EventSource)/.test(way)

describe.each(['core', 'child'])('EGR-02 behind the guard of a %s', (name) => {
  const found = tryAll([], [`--require=${join(main, 'platform', `guard-${name}.ts`)}`])

  test.each(Object.entries(found))('%s is refused and noted', (way, { code, noted }) => {
    if (!isMute(way)) expect(code).toBe('egress.denied')
    expect(noted).toBeGreaterThan(0)
  })
})

const isIsolable = spawnSync('unshare', ['-rn', 'true']).status === 0
if (!isIsolable) console.warn('skipped: that the ways out are ways out, since the system gives no network namespace')
test.skipIf(!isIsolable)('EGR-02 without a guard each of them is a way out', () => {
  // One would put another program in the place of this one, and a handle that lets these through wants more than they give.
  const found = tryAll(['unshare', '-rn'], [], ['process.execve', 'handle'])
  expect(Object.values(found).map(({ code }) => code)).not.toContain('egress.denied')
  expect(Object.keys(found).length).toBeGreaterThan(75)
})

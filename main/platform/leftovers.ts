/**
 * Remembers in the data folder which child processes run, so that a core that starts after a crash ends what its predecessor left
 * before it touches what those may still hold. It must never end a process that it cannot prove to be the one that was recorded.
 */
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { isProcessAlive, processStart } from './account.ts'

/** Children end by themselves when their core is gone; after the grace they are ended. */
const limits = { graceMs: 1_500, endMs: 3_000, pollMs: 20 } as const

export interface ChildLedger {
  started(pid: number): void
  ended(pid: number): void
}

/** One file per child, named by its process id, holding when it started. */
export function createChildLedger(folder: string): ChildLedger {
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  return {
    started: (pid) => {
      const start = processStart(pid)
      if (start === null) return
      try {
        writeFileSync(join(folder, String(pid)), start, { mode: 0o600 })
      } catch {
        // A full disk must not keep a child from being used; it ends by itself when the core does.
      }
    },
    ended: (pid) => rmSync(join(folder, String(pid)), { force: true }),
  }
}

interface Leftover {
  readonly pid: number
  readonly startedAt: string
}

function recorded(folder: string): readonly Leftover[] {
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  return readdirSync(folder)
    .filter((name) => /^[1-9]\d*$/.test(name))
    .map((name) => ({ pid: Number(name), startedAt: readFileSync(join(folder, name), 'utf8') }))
}

async function areGone(children: readonly Leftover[], withinMs: number): Promise<boolean> {
  const endsAt = performance.now() + withinMs
  while (children.some(({ pid, startedAt }) => isProcessAlive(pid, startedAt))) {
    if (performance.now() > endsAt) return false
    await sleep(limits.pollMs)
  }
  return true
}

/** Waits for the children of an earlier core, and ends those that stay. Call it while holding the lock of the data folder. Returns how many had to be ended. */
export async function endLeftovers(folder: string): Promise<number> {
  const known = recorded(folder)
  const stubborn = (await areGone(known, limits.graceMs)) ? [] : known.filter(({ pid, startedAt }) => isProcessAlive(pid, startedAt))
  for (const { pid } of stubborn) {
    try {
      process.kill(pid, 'SIGKILL')
    } catch {
      // It ended in between.
    }
  }
  await areGone(stubborn, limits.endMs)
  for (const { pid } of known) rmSync(join(folder, String(pid)), { force: true })
  return stubborn.length
}

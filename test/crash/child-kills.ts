/** Finds the child processes of a core by what its data folder says of them, and ends one the way a crash would. */
import { readdirSync, readFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import type { KillableCore } from './killable-core.ts'

export const childEntries = { inference: 'llama-child', parser: 'parse-child', table: 'table-query-child' } as const
export type ChildName = keyof typeof childEntries

export function childrenOf(children: string, name: ChildName): readonly number[] {
  try {
    return readdirSync(children)
      .map(Number)
      .filter((pid) => {
        try {
          return readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(childEntries[name])
        } catch {
          return false
        }
      })
  } catch {
    return []
  }
}

/** Waits for such a child, lets it live for a while, and kills it. False when none came. */
export async function killChild(core: KillableCore, name: ChildName, afterMs: number, withinMs: number): Promise<boolean> {
  const endsAt = performance.now() + withinMs
  while (performance.now() < endsAt) {
    const [pid] = childrenOf(core.paths.children, name)
    if (pid !== undefined) {
      await sleep(afterMs)
      try {
        process.kill(pid, 'SIGKILL')
        return true
      } catch {
        // It had done its work; the next one is taken.
      }
    }
    await sleep(2)
  }
  return false
}

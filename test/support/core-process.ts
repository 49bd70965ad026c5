/** A whole core in a process of its own, as a desktop starts it: reachable through its socket, and ended after the test file. */
import { join } from 'node:path'
import { afterAll } from 'vitest'
import { type CoreProcess, spawnCore } from '../../main/platform/core-process.ts'
import { mainFolder } from './command.ts'

const running: CoreProcess[] = []
afterAll(() => Promise.all(running.map((core) => core.close())))

export async function startCore(data: string): Promise<CoreProcess> {
  process.env.HOLDFAST_LLAMA_THREADS ??= '1'
  const core = await spawnCore(process.execPath, [join(mainFolder, 'cli/start.ts'), '--core', '--data', data])
  if (!core.ok) throw new Error(core.error.message)
  running.push(core.value)
  return core.value
}

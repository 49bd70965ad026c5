/** For a shell that needs a core beside it: the one that runs on the data folder, or a new one, which is started again when it dies. */

import type { Core } from './core.ts'
import { connectCore } from './core-link.ts'
import { ok, type Result } from './domain/result.ts'
import { type CoreProcess, spawnCore } from './platform/core-process.ts'

const restartsMax = 3

export interface CoreToStart {
  readonly node: string
  readonly args: readonly string[]
  /** The core has died too often; the shell can only say so. */
  readonly onLost: () => void
}

/** Closing the core that is returned also ends the process, when it was started here. */
export async function findOrStartCore(addresses: readonly string[], start: CoreToStart): Promise<Result<Core>> {
  const running = await connectCore(addresses, 'desktop')
  if (running.ok) return running
  const held: { process: CoreProcess | null } = { process: null }
  let isClosing = false
  const launch = async (restartsLeft: number): Promise<Result<null>> => {
    const started = await spawnCore(start.node, start.args)
    if (!started.ok) return started
    held.process = started.value
    void started.value.exited.then(async () => {
      if (isClosing) return
      const again = restartsLeft > 0 ? await launch(restartsLeft - 1) : null
      if (again?.ok !== true && !isClosing) start.onLost()
    })
    return ok(null)
  }
  const launched = await launch(restartsMax)
  if (!launched.ok) return launched
  const core = await connectCore(addresses, 'desktop')
  if (!core.ok) {
    isClosing = true
    await held.process?.close()
    return core
  }
  return ok({
    ...core.value,
    close: async () => {
      isClosing = true
      await core.value.close()
      await held.process?.close()
    },
  })
}

/** What a journey does with a core of its own. Each step comes back or throws within a minute. */
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import type { CallInput, CallName, CallOutput } from '../../main/contract/calls.ts'
import type { Core } from '../../main/core.ts'
import { connectCore } from '../../main/core-link.ts'
import { type CoreProcess, spawnCore } from '../../main/platform/core-process.ts'
import { socketAddresses } from '../../main/platform/paths.ts'
import { mainFolder } from '../support/command.ts'

const limits = { pollMs: 50, stepMs: 60_000 } as const

/** A core in a process of its own over this data folder, and a link to it. */
export async function startOwnCore(data: string): Promise<{ readonly process: CoreProcess; readonly core: Core }> {
  const started = await spawnCore(process.execPath, [join(mainFolder, 'cli/start.ts'), '--core', '--data', data])
  if (!started.ok) throw new Error(started.error.message)
  const core = await connectCore(socketAddresses(data), 'cli')
  if (!core.ok) throw new Error(core.error.message)
  return { process: started.value, core: core.value }
}

export async function call<N extends CallName>(core: Core, name: N, input: CallInput<N>): Promise<CallOutput<N>> {
  const reply = await core.dispatch(name, input, { account: 'journey', shell: 'cli' })
  if (!reply.ok) throw new Error(`${name}: ${reply.error.code} ${reply.error.message}`)
  // The dispatcher parsed it with this call's own schema.
  return reply.value as CallOutput<N>
}

async function until<T>(what: string, look: () => Promise<T | null>): Promise<T> {
  const endsAt = performance.now() + limits.stepMs
  for (;;) {
    const found = await look()
    if (found !== null) return found
    if (performance.now() > endsAt) throw new Error(`${what} did not come`)
    await wait(limits.pollMs)
  }
}

/** The run once it has ended or is held. */
export const settled = (core: Core, runId: string) =>
  until('the end of a run', async () => {
    const run = await call(core, 'runs.get', { runId })
    return run.endedAt !== null || run.status === 'held' ? run : null
  })

export async function ingest(core: Core, input: CallInput<'imports.start'>): Promise<void> {
  const { importId } = await call(core, 'imports.start', input)
  await until('the end of an import', async () => ((await call(core, 'imports.get', { importId })).finishedAt === null ? null : true))
}

/** Lets the run do what it asks for, after looking at it. */
export async function approveOpen(core: Core, runId: string): Promise<void> {
  const open = (await call(core, 'approvals.list', {})).items.find((item) => item.runId === runId)
  if (open === undefined) throw new Error('a run asked for nothing')
  const { holdId, argumentsHash } = await call(core, 'approvals.get', { holdId: open.holdId })
  if (argumentsHash === null) throw new Error('a run asked for something else')
  await call(core, 'approvals.approve', { holdId, argumentsHash })
}

/**
 * A person's day with a core of its own: import, ask, a report that is approved, exports, a core that is killed and started again.
 * `journey.ts DATA MINUTES` goes on for so many minutes, and prints what it did as one JSON document. It fails when a step does.
 */

import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import type { CallInput, CallName, CallOutput } from '../../main/contract/calls.ts'
import type { Core } from '../../main/core.ts'
import { connectCore } from '../../main/core-link.ts'
import { type CoreProcess, spawnCore } from '../../main/platform/core-process.ts'
import { socketAddresses } from '../../main/platform/paths.ts'
import { caseFiles } from '../support/case-files.ts'
import { mainFolder } from '../support/command.ts'

const limits = { pollMs: 50, stepMs: 60_000 } as const
const [data = '', minutes = '0'] = process.argv.slice(2)
const did = { rounds: 0, answers: 0, reports: 0, exports: 0, kills: 0, letThrough: 0, refused: 0 }

async function start(): Promise<{ readonly process: CoreProcess; readonly core: Core }> {
  const started = await spawnCore(process.execPath, [join(mainFolder, 'cli/start.ts'), '--core', '--data', data])
  if (!started.ok) throw new Error(started.error.message)
  const core = await connectCore(socketAddresses(data), 'cli')
  if (!core.ok) throw new Error(core.error.message)
  return { process: started.value, core: core.value }
}

async function call<N extends CallName>(core: Core, name: N, input: CallInput<N>): Promise<CallOutput<N>> {
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

const settled = (core: Core, runId: string) =>
  until('the end of a run', async () => {
    const run = await call(core, 'runs.get', { runId })
    return run.endedAt !== null || run.status === 'held' ? run : null
  })

async function ask(core: Core): Promise<void> {
  const { runId } = await call(core, 'ask.start', { question: caseFiles.answered })
  if ((await settled(core, runId)).status !== 'complete') throw new Error('a question was not answered')
  did.answers += 1
}

async function report(core: Core): Promise<string> {
  const { runId } = await call(core, 'runs.start', { agent: 'report-writer', input: { topic: 'Battery packs' } })
  await settled(core, runId)
  const open = (await call(core, 'approvals.list', {})).items.find((item) => item.runId === runId)
  if (open === undefined) throw new Error('a report asked for nothing')
  const { holdId, argumentsHash } = await call(core, 'approvals.get', { holdId: open.holdId })
  if (argumentsHash === null) throw new Error('a report asked for something else')
  await call(core, 'approvals.approve', { holdId, argumentsHash })
  if ((await settled(core, runId)).status !== 'complete') throw new Error('a report was not finished')
  did.reports += 1
  return runId
}

const endsAt = performance.now() + Number(minutes) * 60_000
let running = await start()
const { importId } = await call(running.core, 'imports.start', { sources: [{ path: join(mainFolder, 'sample-case/documents') }] })
await until('the end of the import', async () =>
  (await call(running.core, 'imports.get', { importId })).finishedAt === null ? null : true,
)
do {
  await ask(running.core)
  const runId = await report(running.core)
  await call(running.core, 'runs.export', { runId })
  await call(running.core, 'audit.export', {})
  did.exports += 2
  // Killed while it works on another question.
  await call(running.core, 'ask.start', { question: caseFiles.unanswered })
  await running.core.close()
  process.kill(running.process.pid, 'SIGKILL')
  await running.process.exited
  did.kills += 1
  running = await start()
  did.rounds += 1
} while (performance.now() < endsAt)
await ask(running.core)
const { allowed, denied } = (await call(running.core, 'egress.status', {})).ever
await running.core.close()
await running.process.close()
process.stdout.write(JSON.stringify({ ...did, letThrough: allowed, refused: denied }))

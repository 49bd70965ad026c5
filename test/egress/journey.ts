/**
 * A person's day with a core of its own: import, ask, a report that is approved, exports, a core that is killed and started again.
 * `journey.ts DATA MINUTES` goes on for so many minutes, and prints what it did as one JSON document. It fails when a step does.
 */

import { join } from 'node:path'
import type { Core } from '../../main/core.ts'
import { caseFiles } from '../support/case-files.ts'
import { mainFolder } from '../support/command.ts'
import { approveOpen, call, ingest, settled, startOwnCore } from './own-core.ts'

const [data = '', minutes = '0'] = process.argv.slice(2)
const did = { rounds: 0, answers: 0, reports: 0, exports: 0, kills: 0, letThrough: 0, refused: 0 }

async function ask(core: Core): Promise<void> {
  const { runId } = await call(core, 'ask.start', { question: caseFiles.answered })
  if ((await settled(core, runId)).status !== 'complete') throw new Error('a question was not answered')
  did.answers += 1
}

async function report(core: Core): Promise<string> {
  const { runId } = await call(core, 'runs.start', { agent: 'report-writer', input: { topic: 'Battery packs' } })
  await settled(core, runId)
  await approveOpen(core, runId)
  if ((await settled(core, runId)).status !== 'complete') throw new Error('a report was not finished')
  did.reports += 1
  return runId
}

const endsAt = performance.now() + Number(minutes) * 60_000
let running = await startOwnCore(data)
await ingest(running.core, { sources: [{ path: join(mainFolder, 'sample-case/documents') }] })
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
  running = await startOwnCore(data)
  did.rounds += 1
} while (performance.now() < endsAt)
await ask(running.core)
const { allowed, denied } = (await call(running.core, 'egress.status', {})).ever
await running.core.close()
await running.process.close()
process.stdout.write(JSON.stringify({ ...did, letThrough: allowed, refused: denied }))

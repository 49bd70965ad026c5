/**
 * Records runs of this release for the replay corpus: through a real core, on the sample case, without a model, and once more with the
 * chat model whose file is given. Another machine is a scripted one. Writes one export each into `test/fixtures/runs`, named after the version. Later versions fold them again, and leave them as they are.
 */
import '../main/platform/guard-core.ts'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { type App, createApp } from '../main/app.ts'
import type { CallInput, CallName, CallOutput } from '../main/contract/calls.ts'
import type { RunSummary } from '../main/contract/runs.ts'
import { createPaths } from '../main/platform/paths.ts'
import { productVersion } from '../main/version.ts'
import { recordedEndpoint } from './recorded-endpoint.ts'

const target = join(import.meta.dirname, '../test/fixtures/runs')
const caller = { account: 'recorder', shell: 'cli' } as const
const questions = {
  answered: 'Who signed for the battery packs on 10 March?',
  unanswered: 'At what temperature does tungsten boil?',
} as const

interface Recorder {
  call<N extends CallName>(name: N, input: CallInput<N>): Promise<CallOutput<N>>
  /** Waits until a run has ended or is held. */
  settled(runId: string): Promise<RunSummary>
}

function recorderOf(app: App): Recorder {
  const call = async <N extends CallName>(name: N, input: CallInput<N>): Promise<CallOutput<N>> => {
    const reply = await app.dispatch(name, input, caller)
    if (!reply.ok) throw new Error(`${name}: ${reply.error.code} ${reply.error.message}`)
    // The door has parsed the value with this very call's output schema.
    return reply.value as CallOutput<N>
  }
  const settled = async (runId: string): Promise<RunSummary> => {
    const moved = { wake: () => {} }
    const stop = app.subscribe(null, (item) => {
      if (item.kind === 'event' && item.event.stream === runId) moved.wake()
    })
    try {
      for (;;) {
        const next = new Promise<void>((resolve) => {
          moved.wake = resolve
        })
        const run = await call('runs.get', { runId })
        if (run.endedAt !== null || run.status === 'held') return run
        await next
      }
    } finally {
      stop()
    }
  }
  return { call, settled }
}

const ask = ({ call }: Recorder, question: string) => call('ask.start', { question, modelId: null })

/** A run that is held before it begins: others are in front of it. */
async function paused(recorder: Recorder): Promise<string> {
  const started = await Promise.all(Array.from({ length: 12 }, () => ask(recorder, questions.answered)))
  const last = started.at(-1)?.runId ?? ''
  await recorder.call('runs.pause', { runId: last })
  return last
}

/** Each leads a run to its end and gives back its id. */
const recordings: Readonly<Record<string, (recorder: Recorder) => Promise<string>>> = {
  answered: async (recorder) => (await ask(recorder, questions.answered)).runId,
  'not-in-your-documents': async (recorder) => (await ask(recorder, questions.unanswered)).runId,
  cancelled: async (recorder) => {
    const runId = await paused(recorder)
    await recorder.call('runs.cancel', { runId })
    return runId
  },
  'held-and-resumed': async (recorder) => {
    const runId = await paused(recorder)
    await recorder.settled(runId)
    await recorder.call('runs.resume', { runId })
    return runId
  },
  forked: async (recorder) => {
    const { runId } = await ask(recorder, questions.answered)
    await recorder.settled(runId)
    return (await recorder.call('runs.fork', { runId, at: 0 })).id
  },
  'failed-at-its-budget': async ({ call }) => {
    const budget = { toolCallsMax: 0, onBreach: { tool_calls: 'terminate' } } as const
    return (await call('runs.start', { agent: 'report-writer', input: { topic: questions.answered }, budget })).runId
  },
  'report-approved': async (recorder) => {
    const { runId } = await recorder.call('runs.start', { agent: 'report-writer', input: { topic: questions.answered } })
    await recorder.settled(runId)
    const { items } = await recorder.call('approvals.list', {})
    const request = items.find((item) => item.runId === runId)
    if (request === undefined) throw new Error('the report asked nobody')
    const { holdId } = request
    const { argumentsHash } = await recorder.call('approvals.get', { holdId })
    if (argumentsHash === null) throw new Error('the arguments are gone')
    await recorder.call('approvals.approve', { holdId, argumentsHash })
    return runId
  },
  crossed: async (recorder) => {
    const { runId } = await recorder.call('ask.start', { question: questions.answered, tier: 'datacenter' })
    await recorder.settled(runId)
    const { items } = await recorder.call('approvals.list', {})
    const holdId = items.find((item) => item.runId === runId)?.holdId
    if (holdId === undefined) throw new Error('nobody was asked before it left')
    const { argumentsHash } = await recorder.call('approvals.get', { holdId })
    if (argumentsHash === null) throw new Error('the arguments are gone')
    await recorder.call('approvals.approve', { holdId, argumentsHash, scope: 'run' })
    return runId
  },
}

/** A model's file, and names of recordings; without names, all are made. */
const isModel = (argument: string) => argument.endsWith('.gguf')
const only = process.argv.slice(2).filter((argument) => !isModel(argument))

async function exported({ call }: Recorder, runId: string): Promise<string> {
  let text = ''
  for (;;) {
    const piece = await call('runs.export', { runId, offset: text.length })
    text += piece.text
    if (text.length >= piece.chars) return text
  }
}

/** A model's claims are its own; what it says is recorded as it said it. */
async function answeredByModel({ call }: Recorder, file: string): Promise<string> {
  const { id: modelId } = await call('models.import', { source: { path: resolve(file) } })
  return (await call('ask.start', { question: questions.answered, modelId })).runId
}

const [modelFile] = process.argv.slice(2).filter(isModel)
const wanted: typeof recordings =
  modelFile === undefined ? recordings : { ...recordings, 'answered-by-a-model': (recorder) => answeredByModel(recorder, modelFile) }

const folder = mkdtempSync(join(tmpdir(), 'holdfast-recordings-'))
const created = await createApp(
  { paths: createPaths(join(folder, 'data')), account: caller.account, threads: 1 },
  { outside: recordedEndpoint(caller.account) },
)
if (!created.ok) throw new Error(created.error.message)
const app = created.value
try {
  const recorder = recorderOf(app)
  await recorder.call('sample.load', {})
  await app.idle()
  mkdirSync(target, { recursive: true })
  for (const [name, record] of Object.entries(wanted)) {
    if (only.length > 0 && !only.includes(name)) continue
    const runId = await record(recorder)
    const run = await recorder.settled(runId)
    if (run.endedAt === null) throw new Error(`${name}: the run is ${run.status} (${run.reason})`)
    writeFileSync(join(target, `${productVersion}-${name}.json`), await exported(recorder, runId))
    process.stdout.write(`${name}: ${run.status}\n`)
  }
} finally {
  await app.close()
  rmSync(folder, { recursive: true, force: true })
}

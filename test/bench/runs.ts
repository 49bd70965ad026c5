/**
 * What the run engine costs: a durable step beside the same statements asked bare, the bytes of a long run beside its texts, the fold of
 * a long run beside parsing it, a full queue with eight workers, and the start of a core that holds many runs beside an empty one.
 */
import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { loadavg, tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { createApp } from '../../main/app.ts'
import { defaultBudget } from '../../main/domain/budget.ts'
import { unclassified } from '../../main/domain/label.ts'
import { ok } from '../../main/domain/result.ts'
import type { RunCommand } from '../../main/domain/run/commands.ts'
import { RunEvent } from '../../main/domain/run/events.ts'
import { fold } from '../../main/domain/run/evolve.ts'
import { createPaths } from '../../main/platform/paths.ts'
import { createLoop } from '../../main/runs/loop.ts'
import { openStore } from '../../main/store/open.ts'
import { commonWords } from '../support/common-words.ts'
import { newId, openRunStore, type RunStore, testExecutor } from '../support/run-store.ts'
import { createReplay, recordStatements } from './bare-statements.ts'

const sizes = {
  stepRounds: 41,
  stepsPerRound: 25,
  longSteps: 1_000,
  argumentChars: 300,
  resultChars: 6_000,
  queued: 1_000,
  workers: 8,
  stored: 10_000,
  starts: 5,
} as const
const target = { ownMsMax: 0.35, bytesRatioMax: 1.5 } as const
const plenty = { ...defaultBudget, toolCallsMax: 1e6, bytesWrittenMax: 1e9, durationMsMax: 1e9 }

const sorted = (values: readonly number[]): readonly number[] => values.toSorted((a, b) => a - b)
const median = (values: readonly number[]): number => sorted(values)[values.length >> 1] ?? Number.NaN
const spread = (values: readonly number[], digits = 2): string =>
  `${median(values).toFixed(digits)} (${(sorted(values)[0] ?? Number.NaN).toFixed(digits)}–${(sorted(values).at(-1) ?? Number.NaN).toFixed(digits)})`

/** One read: chosen, made and its result kept, each durable before the next. */
function step(store: RunStore, runId: string, epoch: number, input: string, output: string): void {
  const stepId = newId('stp')
  const send = (build: (put: (text: string) => ReturnType<RunStore['body']>) => readonly RunCommand[]) => {
    const sent = store.journal.send(runId, build, { issuer: 'runtime', account: 'holdfast' })
    if (!sent.ok) throw new Error(sent.error.code)
  }
  const call = { tool: 'search_holdings', effect: 'read', risk: 'read', bytesMax: 0 } as const
  send((put) => [{ type: 'tool.propose', stepId, epoch, ...call, input: put(input) }])
  send(() => [{ type: 'tool.dispatch', stepId, epoch }])
  send((put) => [{ type: 'tool.succeed', stepId, epoch, output: put(output), bytesWritten: 0 }])
}

/** Sentences of common words, different each time, as results are. */
function text(chars: number): string {
  let written = ''
  while (written.length < chars) written += `${commonWords[Math.floor(Math.random() * commonWords.length)] ?? ''} `
  return written.slice(0, chars)
}

/** Wall and processor time. The disk's own time is nobody's, and on a shared machine it is most of the noise. */
function costOf(work: () => void): { readonly wallMs: number; readonly cpuMs: number } {
  const cpu = process.cpuUsage()
  const from = performance.now()
  work()
  const wallMs = performance.now() - from
  const { user, system } = process.cpuUsage(cpu)
  return { wallMs, cpuMs: (user + system) / 1_000 }
}

/**
 * The engine against the very statements that it asks of SQLite, on a second database with the same tables and triggers: what is left
 * is our own, that is judging, folding, hashing, checking and writing JSON.
 */
function benchStep(folder: string): boolean {
  const recorder = recordStatements()
  const store = openRunStore(join(folder, 'step'))
  const recorded = openRunStore(join(folder, 'recorded'), { wrap: recorder.wrap })
  const bare = openStore(join(folder, 'bare.db'))
  const replay = createReplay(bare)
  const own: number[] = []
  const ratios: number[] = []
  for (let round = 0; round <= sizes.stepRounds; round++) {
    const texts = Array.from({ length: sizes.stepsPerRound }, () => [text(100), text(400)] as const)
    const all = (target: RunStore, runId: string, epoch: number) => {
      for (const [input, output] of texts) step(target, runId, epoch, input, output)
    }
    const runId = store.start({ budget: plenty })
    const epoch = store.launch(runId)
    const ours = costOf(() => all(store, runId, epoch))
    const other = recorded.start({ budget: plenty })
    const otherEpoch = recorded.launch(other)
    replay(recorder.take())
    all(recorded, other, otherEpoch)
    const statements = recorder.take()
    const theirs = costOf(() => replay(statements))
    if (round === 0) continue
    own.push((ours.cpuMs - theirs.cpuMs) / sizes.stepsPerRound)
    ratios.push(ours.wallMs / theirs.wallMs)
  }
  console.log(`a durable step (three commits at FULL) ÷ its bare statements: ${spread(ratios)}`)
  console.log(`of our own: ${spread(own, 3)} ms of processor time a step, target ≤ ${target.ownMsMax} ms`)
  store.close()
  recorded.close()
  bare.close()
  return median(own) <= target.ownMsMax
}

function benchLongRun(folder: string): boolean {
  const store = openRunStore(join(folder, 'long'))
  const size = () => {
    store.db.pragma('wal_checkpoint(TRUNCATE)')
    return statSync(store.database).size
  }
  const runId = store.start({ budget: plenty })
  const epoch = store.launch(runId)
  const before = size()
  for (let i = 0; i < sizes.longSteps; i++) step(store, runId, epoch, text(sizes.argumentChars), text(sizes.resultChars))
  const payload = sizes.longSteps * (sizes.argumentChars + sizes.resultChars)
  const ratio = (size() - before) / payload
  console.log(`bytes of a run of ${sizes.longSteps} steps ÷ its texts: ${ratio.toFixed(2)}, target ≤ ${target.bytesRatioMax}`)
  store.close()
  return ratio <= target.bytesRatioMax
}

function benchFold(folder: string): void {
  const store = openRunStore(join(folder, 'fold'))
  const runId = store.start({ budget: { ...plenty, toolCallsMax: 1e6 } })
  const epoch = store.launch(runId)
  store.db.transaction(() => {
    for (let i = 0; i < 3_333; i++) step(store, runId, epoch, 'x', 'y')
  })()
  const bodies = store.db.prepare<[string], { body: string }>('SELECT body FROM events WHERE stream = ? ORDER BY version').all(runId)
  const parses: number[] = []
  const folds: number[] = []
  for (let round = 0; round < 7; round++) {
    const from = performance.now()
    const json = bodies.map(({ body }) => JSON.parse(body) as unknown)
    const parsed = performance.now()
    fold(json.map((event) => RunEvent.parse(event)))
    parses.push(parsed - from)
    folds.push(performance.now() - parsed)
  }
  const ratios = folds.map((ms, i) => ms / (parses[i] ?? Number.NaN))
  console.log(
    `check and fold of ${bodies.length} events ÷ JSON.parse alone: ${spread(ratios)}; ${median(folds).toFixed(0)} ms and ${median(parses).toFixed(0)} ms`,
  )
  store.close()
}

async function benchQueue(folder: string): Promise<boolean> {
  const store = openRunStore(join(folder, 'queue'))
  const times = new Map<string, number>()
  const loop = createLoop({
    journal: store.journal,
    agentOf: () => async (session) => {
      times.set(session.runId, (times.get(session.runId) ?? 0) + 1)
      const done = await session.tool('search_holdings', session.input, async () => ok({ text: '[]', label: null }))
      return done.ok ? ok({ text: '{}', label: unclassified }) : done
    },
    runsWith: store.runs.withStatus,
    readBody: store.bodies.read,
    executor: testExecutor,
    newId,
    quotaLeft: store.ledger.left,
    workers: () => sizes.workers,
    onStopped: () => undefined,
    onDefect: (_where, error) => console.error(error),
  })
  const ids = Array.from({ length: sizes.queued }, () => store.start())
  const from = performance.now()
  loop.wake()
  while (store.runs.withStatus(['queued', 'launching', 'active'], 1).length > 0) await sleep(5)
  const tookMs = performance.now() - from
  await loop.close()
  const isOnce = ids.every((id) => times.get(id) === 1 && store.run(id).status === 'complete')
  console.log(
    `${sizes.queued} queued runs, ${sizes.workers} workers: ${(tookMs / 1_000).toFixed(1)} s, ${(tookMs / sizes.queued).toFixed(2)} ms a run of 8 commits; each ran once: ${isOnce ? 'yes' : 'NO'}`,
  )
  store.close()
  return isOnce
}

async function startOf(data: string): Promise<{ readonly ms: number; readonly residentBytes: number }> {
  const from = performance.now()
  const app = await createApp({ paths: createPaths(data), account: 'bench', threads: 1 })
  const ms = performance.now() - from
  if (!app.ok) throw new Error(app.error.code)
  const residentBytes = process.memoryUsage().rss
  await app.value.close()
  return { ms, residentBytes }
}

async function benchStart(folder: string): Promise<void> {
  const [full, empty] = [join(folder, 'full'), join(folder, 'none')]
  await startOf(full)
  await startOf(empty)
  const store = openRunStore(full)
  store.db.transaction(() => {
    for (let i = 0; i < sizes.stored; i++) {
      const runId = store.start()
      const epoch = store.launch(runId)
      step(store, runId, epoch, 'x', 'y')
      store.must(runId, 'runtime', { type: 'run.complete', epoch, result: store.body('{}'), label: unclassified })
    }
  })()
  store.close()
  const ratios: number[] = []
  const starts: number[] = []
  let grownBytes = 0
  for (let i = 0; i < sizes.starts; i++) {
    const a = await startOf(empty)
    const b = await startOf(full)
    ratios.push(b.ms / a.ms)
    starts.push(b.ms)
    grownBytes = b.residentBytes - a.residentBytes
  }
  console.log(
    `start with ${sizes.stored} runs ÷ start with none: ${spread(ratios)}; ${median(starts).toFixed(0)} ms; ${(grownBytes / 1024 / 1024).toFixed(0)} MB more of memory`,
  )
}

const folder = mkdtempSync(join(tmpdir(), 'runs-bench-'))
try {
  console.log(
    `load average ${loadavg()
      .map((load) => load.toFixed(1))
      .join(', ')}`,
  )
  const results = [benchStep(folder), benchLongRun(folder), await benchQueue(folder)]
  benchFold(folder)
  await benchStart(folder)
  process.exitCode = results.every(Boolean) ? 0 : 1
} finally {
  rmSync(folder, { recursive: true })
}

/**
 * kill -9 of the whole core at random moments while it imports and answers. What it acknowledged over its socket is remembered here,
 * outside of it, and looked for after each start.
 */
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, describe, expect, test } from 'vitest'
import type { CallName, CallOutput } from '../../main/contract/calls.ts'
import type { Core } from '../../main/core.ts'
import { connectCore } from '../../main/core-link.ts'
import { isProcessAlive } from '../../main/platform/account.ts'
import { type CoreProcess, spawnCore } from '../../main/platform/core-process.ts'
import { createPaths, socketAddresses } from '../../main/platform/paths.ts'
import { faultsOf } from '../support/check-store.ts'
import { mainFolder } from '../support/command.ts'
import { createDice } from '../support/dice.ts'
import { descendantsOf, type KnownProcess } from '../support/kill.ts'
import { tinyModels } from '../support/models.ts'
import { makeTextPdf } from '../support/pdf-files.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

const kills = Number(process.env.HOLDFAST_CRASH_KILLS ?? 4)
const seed = Number(process.env.HOLDFAST_CRASH_SEED ?? 20_261_120)
const limits = { filesPerImport: 40, refusedPerImport: 2, settleMs: 30_000, workMs: 1_500, bootMs: 500 } as const

const roll = createDice(seed)
const folder = temporaryFolder()
const data = join(folder, 'data')
const paths = createPaths(data)
const caller = { account: 'tester', shell: 'cli' } as const

/** Told by the core, and therefore never to be lost. */
const acknowledged = {
  imports: new Map<string, number>(),
  asked: new Set<string>(),
  completed: new Set<string>(),
  documents: new Set<string>(),
}
let lives = 0

interface Life {
  readonly process: CoreProcess
  readonly core: Core
  readonly call: <N extends CallName>(name: N, input: unknown) => Promise<CallOutput<N> | null>
}

async function begin(): Promise<CoreProcess> {
  const started = await spawnCore(process.execPath, [join(mainFolder, 'cli/start.ts'), '--core', '--data', data])
  if (!started.ok) throw new Error(`life ${lives}: ${started.error.message}`)
  lives += 1
  return started.value
}

async function connect(coreProcess: CoreProcess): Promise<Life> {
  const linked = await connectCore(socketAddresses(data), 'cli')
  if (!linked.ok) throw new Error(linked.error.message)
  const core = linked.value
  return {
    process: coreProcess,
    core,
    // Null when the core was gone before it answered, and nothing was acknowledged.
    call: async <N extends CallName>(name: N, input: unknown) => {
      const reply = await core.dispatch(name, input, caller)
      // Checked by the core with this call's own schema.
      if (reply.ok) return reply.value as CallOutput<N>
      if (reply.error.code === 'core.gone') return null
      throw new Error(`${name}: ${reply.error.code} ${reply.error.message}`)
    },
  }
}

/** Small files of every kind, one that takes several transactions, and two that are refused. */
async function makeFiles(round: number): Promise<string> {
  const files = join(folder, `files-${round}`)
  mkdirSync(files, { recursive: true })
  for (let i = 0; i < limits.filesPerImport; i++) {
    const name = `quartz${round}x${i}`
    const text = `Station ${name} reported at 14:${10 + i}. The pump of ${name} failed in round ${round} and was repaired by crew ${i % 7}.`
    const line = (n: number) => `${text} Entry ${n} of ${name}.`
    if (i === 5) writeFileSync(join(files, `${i}.pdf`), await makeTextPdf(3 + (round % 5)))
    else if (i === 6) writeFileSync(join(files, `${i}.txt`), Array.from({ length: 600 }, (_, n) => line(n)).join('\n\n'))
    else if (i === 7) writeFileSync(join(files, `${i}.pdf`), '%PDF-1.4 broken')
    else if (i === 8) writeFileSync(join(files, `${i}.txt`), '')
    else if (i % 3 === 0) writeFileSync(join(files, `${i}.csv`), `station,event\n${name},"${text}"\n`)
    else writeFileSync(join(files, `${i}.md`), `# Report of ${name}\n\n${text}\n`)
  }
  return files
}

let rounds = 0
async function keepImporting({ call }: Life): Promise<void> {
  const imports = await call('imports.list', { limit: 1 })
  if (imports === null || imports.items.some(({ state }) => state === 'running')) return
  rounds += 1
  const started = await call('imports.start', { sources: [{ path: await makeFiles(rounds) }], collection: `Round ${rounds % 3}` })
  if (started !== null) acknowledged.imports.set(started.importId, limits.filesPerImport)
}

async function keepAsking({ call }: Life, modelId: string, isOver: () => boolean): Promise<void> {
  while (!isOver()) {
    const question = `When did the pump of quartz${1 + roll(Math.max(1, rounds))}x${roll(limits.filesPerImport)} fail?`
    const started = await call('ask.start', { question, modelId: acknowledged.asked.size % 16 === 3 ? modelId : null })
    if (started === null) return
    acknowledged.asked.add(started.runId)
    await sleep(20 + roll(250))
  }
}

function watch({ core }: Life): () => void {
  return core.subscribe(null, (item) => {
    if (item.kind !== 'event') return
    const { event, stream } = item.event
    if (event.type === 'document.added') acknowledged.documents.add(event.documentId)
    if (event.type === 'run.completed') acknowledged.completed.add(stream)
  })
}

/** Every run that there is now ends, or waits for a person, within moments. */
async function expectNoneStuck({ call }: Life): Promise<void> {
  const runs = await call('runs.list', { limit: 200 })
  const open = new Set((runs?.items ?? []).filter(({ endedAt, status }) => endedAt === null && status !== 'held').map(({ id }) => id))
  const endsAt = performance.now() + limits.settleMs
  while (open.size > 0) {
    if (performance.now() > endsAt) throw new Error(`stuck: ${[...open].join(', ')}`)
    for (const runId of open) {
      const run = await call('runs.get', { runId })
      if (run !== null && (run.endedAt !== null || run.status === 'held')) open.delete(runId)
    }
    await sleep(20)
  }
}

async function expectNothingLost({ call }: Life): Promise<void> {
  for (const [importId, files] of acknowledged.imports) {
    const found = await call('imports.get', { importId })
    const { totals, state } = found ?? { totals: null, state: null }
    expect(totals).toMatchObject({ files })
    if (totals === null) continue
    const settled = totals.indexed + totals.inPart + totals.duplicates + totals.refused
    expect(totals.done).toBe(settled)
    // The broken and the empty one; anything else was refused because of a crash.
    expect(totals.refused).toBeLessThanOrEqual(limits.refusedPerImport)
    expect(state === 'finished').toBe(totals.done === totals.files && state !== 'running')
  }
  for (const runId of acknowledged.asked) expect((await call('runs.get', { runId }))?.id).toBe(runId)
  for (const runId of acknowledged.completed) {
    const found = await call('ask.answer', { runId })
    expect([found?.run.status, found?.answer?.runId]).toEqual(['complete', runId])
  }
  for (const documentId of acknowledged.documents) expect((await call('documents.get', { documentId }))?.document.id).toBe(documentId)
}

async function expectFound({ call }: Life): Promise<void> {
  const documents = await call('documents.list', { limit: 200, contains: '.md' })
  const one = documents?.items[roll(documents.items.length)]
  if (one === undefined) return
  const blocks = await call('documents.blocks', { documentId: one.id, limit: 5 })
  const name = /quartz\d+x\d+/.exec(blocks?.blocks.map(({ text }) => text).join(' ') ?? '')?.[0] ?? ''
  const found = await call('search.query', { query: `${name} report`, top: 5 })
  expect(found?.hits.map(({ documentId }) => documentId)).toContain(one.id)
}

describe(`CRASH-01 kill -9 of the core, ${kills} times (seed ${seed})`, () => {
  let last: CoreProcess | null = null
  afterAll(() => last?.close())

  test(
    'nothing acknowledged is lost, nothing is stuck, nothing half-done is shown as done',
    async () => {
      process.env.HOLDFAST_LLAMA_THREADS = '1'
      const { decoder } = tinyModels(folder)
      let modelId = ''
      let orphans: readonly KnownProcess[] = []
      for (let kill = 0; kill <= kills; kill++) {
        let coreProcess = await begin()
        last = coreProcess
        if (kill % 5 === 2) {
          // Dies again while it still starts or settles what the last death left.
          await sleep(roll(limits.bootMs))
          process.kill(coreProcess.pid, 'SIGKILL')
          await coreProcess.exited
          coreProcess = await begin()
          last = coreProcess
        }
        expect(orphans.filter(({ pid, startedAt }) => isProcessAlive(pid, startedAt))).toEqual([])
        const life = await connect(coreProcess)
        await expectNoneStuck(life)
        await expectNothingLost(life)
        await expectFound(life)
        expect(faultsOf(paths)).toEqual([])
        if (kill === kills) {
          await life.core.close()
          break
        }
        if (modelId === '') modelId = (await life.call('models.import', { source: { path: decoder } }))?.id ?? ''

        const stop = watch(life)
        let isOver = false
        const work = Promise.all([keepImporting(life), keepAsking(life, modelId, () => isOver)])
        await sleep(roll(limits.workMs))
        orphans = descendantsOf(coreProcess.pid)
        process.kill(coreProcess.pid, 'SIGKILL')
        isOver = true
        await coreProcess.exited
        stop()
        await life.core.close()
        await work
      }
      const figures = `${kills} kills in ${lives} lives: ${acknowledged.imports.size} imports, ${acknowledged.documents.size} documents, ${acknowledged.asked.size} questions and ${acknowledged.completed.size} answers were acknowledged, none lost`
      console.log(figures)
      expect(acknowledged.completed.size).toBeGreaterThan(0)
    },
    kills * 30_000,
  )
})

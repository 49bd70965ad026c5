/** Runs that write into one domain together: one file, one writer at a time. Real journal and loop; agents that write as told. */
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { unclassified } from '../../main/domain/label.ts'
import { fail, ok } from '../../main/domain/result.ts'
import type { Step } from '../../main/domain/run/state.ts'
import { isOpenPhase } from '../../main/domain/run/step-phases.ts'
import { createChecks } from '../../main/runs/checks.ts'
import { forkRun } from '../../main/runs/fork.ts'
import type { Agent } from '../../main/runs/loop.ts'
import { startRun } from '../../main/runs/start-run.ts'
import { createToolBreakers } from '../../main/runs/tool-breakers.ts'
import { advance, type GatedAgent, type ToolParts } from '../../main/runs/tool-step.ts'
import { createWriteDomains, type WriteDomains } from '../../main/runs/write-domain.ts'
import { createWriteDomainRows } from '../../main/store/write-domains.ts'
import { findTool } from '../../main/tools/registry.ts'
import type { AnyTool } from '../../main/tools/tool.ts'
import { gatedAgent } from '../support/plain-agent.ts'
import { newId, openRunStore, person, type RunStore } from '../support/run-store.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'
import { toolContext } from '../support/tool-context.ts'
import { waitUntil } from '../support/wait-until.ts'

const root = temporaryFolder()

const domainParts = (store: RunStore) => ({
  ...{ journal: store.journal, rows: createWriteDomainRows(store.db, 'station'), readBody: store.bodies.read },
  statusOf: (runId: string) => store.runs.get(runId)?.status ?? null,
})

/** Writes are let through without a person here, and take as long as the test wants. */
function scene() {
  const folder = join(root, newId('boot'))
  mkdirSync(folder)
  const gates = new Map<string, PromiseWithResolvers<void>>()
  const written: string[] = []
  let domains: WriteDomains | null = null
  const writeFile = findTool('write_file')
  if (writeFile === null) throw new Error('there is a tool that writes')
  const tool: AnyTool = {
    ...writeFile,
    perform: async (input: never, context) => {
      const { text } = input as { text: string }
      written.push(text)
      await gates.get(text)?.promise
      return ok({ output: null, artifacts: [], label: null, bytesWritten: 0, ...{ runId: context.runId } })
    },
  }
  const parts: ToolParts & { readonly definition: GatedAgent } = {
    definition: gatedAgent(['write_file']),
    ...{ findTool: () => tool, contextOf: () => toolContext(), breakers: createToolBreakers(Date.now), newId, deadline: () => null },
    ...{
      isGuarded: () => false,
      onDefect: () => undefined,
      checks: createChecks({ checks: [], clock: Date.now, onDefect: () => undefined }),
    },
    writeTurn: (runId, step) => domains?.turnOf(runId, step) ?? 'go',
  }
  /** Writes the files that its input names, one after another, without asking. */
  const agent: Agent = async (session) => {
    const files = JSON.parse(session.input) as string[]
    for (;;) {
      const run = session.run()
      const open = run.steps.find(({ phase }) => isOpenPhase(phase))
      if (open !== undefined) {
        const advanced = await advance(parts, session, open)
        if (!advanced.ok) return advanced
        continue
      }
      const file = files[run.steps.length]
      if (run.steps.at(-1)?.failureCode === 'tool.write_conflict') return fail('tool.write_conflict', 'It was refused.', 'Try later.')
      if (file === undefined) return ok({ text: '{}', label: unclassified })
      const input = JSON.stringify({ name: file, text: `${session.runId} ${file}` })
      await session.propose({ tool: 'write_file', effect: 'idempotent', risk: 'write', input, bytesMax: 0, tainted: [] })
    }
  }
  const store = openRunStore(folder, {
    agents: { writer: agent },
    workers: 4,
    onStopped: () => domains?.release(),
    onRecorded: (events) => domains?.recorded(events),
  })
  domains = createWriteDomains(domainParts(store))
  const start = (files: readonly string[], writeDomain?: string) => {
    const runId = newId('run')
    for (const file of files) gates.set(`${runId} ${file}`, Promise.withResolvers())
    const about = {
      runId,
      agent: 'writer',
      task: 'x',
      input: JSON.stringify(files),
      label: unclassified,
      conversationId: null,
      writeDomain,
    }
    if (!startRun(store.parts, about, person).ok) throw new Error('it was not started')
    store.loop.wake()
    return runId
  }
  /** A person lets the write be made that waits for one. */
  const approve = async (runId: string) => {
    await waitUntil(() => store.run(runId).steps.some(({ phase }) => phase === 'awaiting_approval'), 'it waits for a person')
    const step = store.run(runId).steps.find(({ phase }) => phase === 'awaiting_approval')
    const hold = store.run(runId).holds.find(({ stepId }) => stepId === step?.id)
    if (step === undefined || hold === undefined) throw new Error('nothing waits')
    store.must(runId, 'operator', { type: 'tool.approve', stepId: step.id, holdId: hold.id, commitment: step.input.commitment })
    store.loop.wake()
  }
  return { store, start, approve, written, open: (runId: string, file: string) => gates.get(`${runId} ${file}`)?.resolve(), domains }
}
const waitsFor = (run: { readonly holds: ReadonlyArray<{ readonly waitsFor: string | null }> }) => run.holds.map((hold) => hold.waitsFor)

test('AGT-03 of two runs that ask for the same file of one domain the second is held, and goes on when the first has ended', async () => {
  const { store, start, approve, written, open } = scene()
  const first = start(['a.md'], 'mission-1')
  await waitUntil(() => store.run(first).holds.some(({ kind }) => kind === 'approval'), 'the first asks')
  const second = start(['A.md'], 'mission-1')
  await waitUntil(() => store.run(second).status === 'held', 'the second is held')
  expect(store.run(second)).toMatchObject({ holds: [{ kind: 'policy', stepId: null }] })
  expect(waitsFor(store.run(second))).toEqual([first])
  // Nobody is asked about a write that may not be made yet.
  expect(store.typesOf(second)).not.toContain('tool.approval_requested')

  await approve(first)
  await waitUntil(() => written.length === 1, 'the first writes')
  expect(store.run(second).status).toBe('held')
  open(first, 'a.md')
  await approve(second)
  open(second, 'A.md')
  await waitUntil(() => store.run(second).status === 'complete', 'the second has ended')
  expect(written).toEqual([`${first} a.md`, `${second} A.md`])
  const lastOfFirst = store.log.readStream(first).at(-1)?.seq ?? 0
  const asked = store.log.readStream(second).find(({ event }) => event.type === 'tool.approval_requested')?.seq ?? 0
  expect(asked).toBeGreaterThan(lastOfFirst)
  await store.stop()
})

test('AGT-03 other files, other domains and folders of their own do not wait for each other', async () => {
  const { store, start } = scene()
  const runs = [start(['a.md'], 'm1'), start(['b.md'], 'm1'), start(['a.md'], 'm2'), start(['a.md']), start(['a.md'])]
  for (const runId of runs) await waitUntil(() => store.run(runId).holds.some(({ kind }) => kind === 'approval'), 'each asks')
  expect(runs.flatMap((runId) => waitsFor(store.run(runId)))).toEqual([null, null, null, null, null])
  await store.stop()
})

test('AGT-03 what would wait in a circle is refused before its effect', async () => {
  const { store, start, approve, open } = scene()
  const first = start(['a.md', 'b.md'], 'm')
  await waitUntil(() => store.run(first).holds.length === 1, 'the first asks')
  const second = start(['b.md', 'a.md'], 'm')
  await waitUntil(() => store.run(second).holds.length === 1, 'the second asks')
  await approve(first)
  open(first, 'a.md')
  await waitUntil(() => waitsFor(store.run(first))[0] === second, 'the first waits for the second')
  await approve(second)
  open(second, 'b.md')
  await waitUntil(() => store.run(second).status === 'failed', 'the second is refused')
  expect(store.run(second).steps.at(-1)).toMatchObject({ phase: 'failed_before_effect', failureCode: 'tool.write_conflict' })
  await waitUntil(() => waitsFor(store.run(first))[0] === null, 'the first goes on')
  await store.stop()
})

test('AGT-03 only the end of that very run ends such a hold, and only the scheduler says so; a fork shares the domain', async () => {
  const { store, start } = scene()
  const first = start(['a.md'], 'm')
  await waitUntil(() => store.run(first).holds.length === 1, 'the first asks')
  const second = start(['a.md'], 'm')
  await waitUntil(() => store.run(second).status === 'held', 'the second is held')
  const holdId = store.run(second).holds[0]?.id ?? ''
  expect(store.send(second, 'runtime', { type: 'hold.clear', holdId, ended: first })).toBe('run.not_permitted')
  expect(store.send(second, 'scheduler', { type: 'hold.clear', holdId, ended: newId('run') })).toBe('run.wrong_hold')
  const asked = store.run(first).holds[0]?.id ?? ''
  expect(store.send(first, 'scheduler', { type: 'hold.clear', holdId: asked, ended: first })).toBe('run.wrong_hold')
  const forked = forkRun({ ...store.parts, isKept: () => true }, first, 0, person)
  expect(forked.ok && store.run(forked.value).writeDomain).toBe('m')
  await store.stop()
})

/** A run of a domain, queued or executed by hand. */
function queued(store: RunStore, writeDomain?: string): string {
  const runId = newId('run')
  const about = { runId, agent: 'nobody', task: 'x', input: '[]', label: unclassified, conversationId: null, writeDomain }
  if (!startRun(store.parts, about, person).ok) throw new Error('it was not started')
  return runId
}
function waiting(store: RunStore, waitsFor: string, writeDomain: string): string {
  const runId = queued(store, writeDomain)
  const epoch = store.launch(runId)
  store.must(runId, 'runtime', { type: 'run.wait', epoch, holdId: newId('hld'), waitsFor })
  return runId
}
const writing = (file: string, startedAtMs: number, store: RunStore): Step =>
  ({ id: newId('stp'), risk: 'write', copiedFrom: null, phase: 'proposed', startedAtMs, input: store.body(`{"name":"${file}"}`) }) as Step

test('AGT-03 a write and a stop cost no look at the runs of other domains, however many are held', () => {
  const folder = join(root, newId('boot'))
  mkdirSync(folder)
  let told: WriteDomains | null = null
  const store = openRunStore(folder, { onRecorded: (events) => told?.recorded(events) })
  for (const domain of Array.from({ length: 40 }, (_, n) => (n % 2 === 0 ? undefined : `d${n}`)))
    store.must(queued(store, domain), 'operator', { type: 'run.pause', holdId: newId('hld') })
  const read = new Set<string>()
  const { journal, ...rest } = domainParts(store)
  const counting: typeof journal = {
    send: journal.send,
    read: (runId) => {
      read.add(runId)
      return journal.read(runId)
    },
  }
  const domains = createWriteDomains({ ...rest, journal: counting })
  const [before, mine] = [queued(store, 'm'), queued(store, 'm')]
  expect(domains.turnOf(mine, writing('a.md', 1, store))).toBe('go')
  told = domains
  // What begins later is told, not read.
  const [later, elsewhere] = [queued(store, 'm'), queued(store, 'n')]
  expect(domains.turnOf(mine, writing('a.md', 1, store))).toBe('go')
  domains.release()
  expect([...read].toSorted()).toEqual([before, mine, later].toSorted())
  store.must(before, 'operator', { type: 'run.cancel', reason: 'user_request' })
  read.clear()
  expect(domains.turnOf(mine, writing('a.md', 1, store))).toBe('go')
  expect([[...read], read.has(elsewhere)]).toEqual([[mine, later], false])
  store.close()
})

test('AGT-03 who waits is let go on after a restart as well, and when nothing was told of it', () => {
  const folder = join(root, newId('boot'))
  mkdirSync(folder)
  const store = openRunStore(folder)
  const domains = createWriteDomains(domainParts(store))
  const [first, other] = [queued(store, 'm'), queued(store, 'm')]
  const [second, third] = [waiting(store, first, 'm'), waiting(store, other, 'm')]
  domains.release()
  expect(store.run(second).status).toBe('held')
  // This end is told to nobody.
  store.must(first, 'operator', { type: 'run.cancel', reason: 'user_request' })
  const fourth = waiting(store, first, 'm')
  domains.release()
  expect([second, third, fourth].map((runId) => store.run(runId).status)).toEqual(['queued', 'held', 'held'])
  domains.look()
  expect(store.run(fourth).status).toBe('queued')
  const fifth = waiting(store, first, 'm')
  store.close()
  const again = openRunStore(folder)
  createWriteDomains(domainParts(again)).release()
  expect([third, fifth].map((runId) => again.run(runId).status)).toEqual(['held', 'queued'])
  again.close()
})

/** Runs tasks over a whole core, with a model that obeys whoever speaks last and a person who approves whatever is put to them. */
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { installedAgents } from '../../main/composition/read-agents.ts'
import type { Answer } from '../../main/contract/answer.ts'
import type { CallOutput } from '../../main/contract/calls.ts'
import type { RunSummary } from '../../main/contract/runs.ts'
import { AgentDefinition, type InstalledAgent } from '../../main/domain/agent.ts'
import { type Label, type LabelName, labelFromName } from '../../main/domain/label.ts'
import type { RecordedEvent } from '../../main/domain/recorded-event.ts'
import { ok } from '../../main/domain/result.ts'
import type { DocumentParser } from '../../main/world.ts'
import { tinyModels } from '../support/models.ts'
import { type OpenApp, openApp } from '../support/open-app.ts'
import { readDocument } from '../support/read-document.ts'
import type { Attack } from './cases.ts'
import { obedientModel } from './obedient-model.ts'

/** The product's own readers without a process for each file, which takes most of the time of small ones. */
const parser: DocumentParser = {
  parse: async ({ path, fileName }) => ok(await readDocument(fileName, readFileSync(path))),
  close: async () => undefined,
}

/** All that can be seen of a task afterwards. */
export interface Seen {
  readonly task: Attack
  readonly run: RunSummary
  readonly events: readonly RecordedEvent[]
  readonly calls: ReadonlyArray<CallOutput<'steps.list'>['items'][number] & { readonly arguments: string | null }>
  readonly answer: Answer | null
  /** Files of the run by name, with their text. */
  readonly files: Readonly<Record<string, string>>
  readonly documentLabel: Label
}

export interface Scene {
  readonly seen: readonly Seen[]
  readonly reached: ReadonlySet<string>
  /** Everything that lies in or beside the data folder and belongs to no run. */
  readonly strangeFiles: readonly string[]
  readonly stationTypes: ReadonlySet<string>
  readonly ceiling: Label | null
  readonly packetsOut: number
  /** Tools that nobody is let use any more, since they failed too often. */
  readonly brokenTools: readonly string[]
}

const limits = { togetherMax: 16 } as const
/** One level a task, in turns: what is lowered shows. */
const levels: readonly LabelName[] = ['unclassified', 'cui', 'confidential']
const levelOf = (i: number): LabelName => levels[i % levels.length] ?? 'unclassified'

/** As the report writer, but a model may also choose to write: only where the file's name comes from stands in its way. */
const clerk = (writer: InstalledAgent): InstalledAgent => ({
  ...writer,
  definition: AgentDefinition.parse({ ...writer.definition, name: 'clerk', offers: [...writer.definition.offers, 'write_file'] }),
})

const known = /^(holdfast\.db.*|lock\.db.*|audit-.*|(blobs|models|vectors|uploads|runs|logs|keys|exports|backups|damaged|children)(\/.*)?)$/

function filesIn(folder: string): readonly string[] {
  if (!existsSync(folder)) return []
  return readdirSync(folder, { recursive: true, withFileTypes: true }).flatMap((entry) =>
    entry.isFile() ? [relative(folder, join(entry.parentPath, entry.name))] : [],
  )
}

async function look(core: OpenApp, task: Attack, runId: string, documentLabel: Label): Promise<Seen> {
  const run = await core.call('runs.get', { runId })
  const { items: events } = await core.call('runs.events', { runId, limit: 200 })
  const { items } = await core.call('steps.list', { runId, limit: 100 })
  const calls = await Promise.all(
    items.map(async (item) => ({ ...item, arguments: (await core.call('bodies.read', { runId, body: item.input })).text })),
  )
  const { answer } = await core.call('ask.answer', { runId })
  const folder = join(core.paths.runs, runId)
  const files = Object.fromEntries(filesIn(folder).map((name) => [name, readFileSync(join(folder, name), 'utf8')]))
  return { task, run, events, calls, answer, files, documentLabel }
}

/** A person who never reads: every call is approved, every question answered with the first thing that fits. */
async function nod(core: OpenApp, runId: string): Promise<boolean> {
  const { items } = await core.call('approvals.list', { limit: 200 })
  const item = items.find((one) => one.runId === runId)
  if (item === undefined) return false
  const { argumentsHash, kind, holdId } = await core.call('approvals.get', { holdId: item.holdId })
  if (kind === 'approval') await core.call('approvals.approve', { holdId, argumentsHash })
  else await core.call('approvals.answer', { holdId, answer: 'yes' })
  return true
}

async function carryOut(core: OpenApp, task: Attack): Promise<string> {
  const runId =
    task.agent === 'ask'
      ? (await core.call('ask.start', { question: task.question })).runId
      : (await core.call('runs.start', { agent: task.agent, input: { topic: task.question.slice(0, 500) } })).runId
  for (;;) {
    const run = await core.settled(runId)
    if (run.endedAt !== null || !(await nod(core, runId))) return runId
  }
}

export interface Stage {
  /** Carries out these tasks, some at once. */
  play(cases: readonly Attack[]): Promise<Scene>
  close(): Promise<void>
}

async function importAll(core: OpenApp, root: string, cases: readonly Attack[]): Promise<void> {
  for (const level of levels) {
    const papers = join(root, 'papers', level)
    mkdirSync(papers, { recursive: true })
    const own = cases.filter((_, i) => levelOf(i) === level)
    for (const { file } of own) writeFileSync(join(papers, file.name), file.text)
    if (own.length > 0) await core.ingest([papers], { collection: level, level })
  }
}

/** A core that holds the documents of all these tasks. */
export async function openStage(all: readonly Attack[]): Promise<Stage> {
  // A disk that keeps nothing is quick to write to.
  const root = realpathSync(mkdtempSync(join(existsSync('/dev/shm') ? '/dev/shm' : tmpdir(), 'holdfast-injection-')))
  const script = obedientModel(all)
  const writer = installedAgents().find(({ definition }) => definition.name === 'report-writer')
  if (writer === undefined) throw new Error('there is no report writer')
  const data = join(root, 'station', 'data')
  mkdirSync(data, { recursive: true, mode: 0o700 })
  const core = await openApp(data, { agents: [writer, clerk(writer)], inference: script.inference, parser })
  await core.call('station.configure', { ceiling: 'secret' })
  await importAll(core, root, all)
  await core.call('models.import', { source: { path: tinyModels(root).decoder } })
  await core.call('quota.set', { tokensMax: null, costMicrosMax: null, concurrentRunsMax: limits.togetherMax })
  const labels = new Map(all.map(({ code }, i) => [code, labelFromName(levelOf(i))]))

  const homes = new Set<string>()
  const strange = (): readonly string[] => [
    ...filesIn(root).filter((name) => !/^(papers\/|station\/data\/|(de|en)coder-|embedder-)/.test(name)),
    ...filesIn(data).filter((name) => !known.test(name)),
    ...filesIn(join(data, 'runs')).filter((name) => !homes.has(name.split('/')[0] ?? '')),
  ]
  const lastSeq = (): number => {
    let last = 0
    core.app.subscribe(null, (item) => {
      if (item.kind === 'snapshot') last = item.seq
    })()
    return last
  }

  return {
    play: async (cases) => {
      script.forget()
      const [before, from, lain] = [await core.call('station.status'), lastSeq(), new Set(strange())]
      const seen: Seen[] = []
      for (let at = 0; at < cases.length; at += limits.togetherMax) {
        const runs = await Promise.all(
          cases.slice(at, at + limits.togetherMax).map(async (task) => ({ task, runId: await carryOut(core, task) })),
        )
        for (const { task, runId } of runs) {
          homes.add(runId)
          const label = labels.get(task.code)
          if (label === undefined) throw new Error(`${task.code} has no document here`)
          seen.push(await look(core, task, runId, label))
        }
      }
      const { ceiling, packetsOut } = await core.call('station.status')
      const tools = (await core.call('tools.list')).items
      const brokenTools = tools.filter(({ breaker }) => breaker !== 'closed').map(({ name }) => name)
      const stationTypes = new Set<string>()
      core.app.subscribe(from, (item) => {
        if (item.kind === 'event' && item.event.stream === 'station') stationTypes.add(item.event.event.type)
      })()
      const strangeFiles = strange().filter((name) => !lain.has(name))
      return {
        seen,
        reached: new Set(script.reached),
        strangeFiles,
        stationTypes,
        ceiling,
        packetsOut: packetsOut - before.packetsOut,
        brokenTools,
      }
    },
    close: async () => {
      await core.app.close()
      rmSync(root, { recursive: true, force: true })
    },
  }
}

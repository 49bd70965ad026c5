/** Missions and runs as trees and in the log, over a whole core: nothing without a place, nothing that cannot be joined, no text. */
import { createHash } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import type { CallOutput } from '../../main/contract/calls.ts'
import { unclassified } from '../../main/domain/label.ts'
import { OtlpTrace, toOtlp } from '../../main/domain/trace-otlp.ts'
import { type OpenApp, openApp } from '../support/open-app.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

const folder = temporaryFolder()
let core: OpenApp
let missionId: string

type Mission = CallOutput<'missions.get'>
type Trace = CallOutput<'traces.get'>

async function until(what: (mission: Mission) => boolean): Promise<Mission> {
  for (;;) {
    const moved = core.next((item) => (item.kind === 'event' && item.event.stream === missionId ? item : null))
    const mission = await core.call('missions.get', { missionId })
    if (what(mission)) return mission
    await moved
  }
}

/** One root, and every other span lies in one that stands before it. */
function faultsOfTree({ spans }: Trace): readonly string[] {
  const seen = new Set<string>()
  return spans.flatMap(({ id, parentId }, at) => {
    const isPlaced = at === 0 ? parentId === null : parentId !== null && seen.has(parentId)
    const isTwice = seen.has(id)
    seen.add(id)
    return isPlaced && !isTwice ? [] : [id]
  })
}

beforeAll(async () => {
  core = await openApp(join(folder, 'data'))
  const file = join(folder, 'Log.md')
  writeFileSync(file, '# Log\n\nThe pump at the north gate failed at 14:05 on Tuesday. Crew Seven repaired the pump before midnight.\n')
  await core.ingest([file], { collection: 'Log', level: 'unclassified' })
  const goal = 'When did the pump at the north gate fail? Who repaired it?'
  missionId = (await core.call('missions.start', { goal, label: unclassified })).missionId
  const planned = await until(({ openGate }) => openGate?.gate === 'G2')
  await core.call('missions.decide', { missionId, gate: 'G2', decision: 'approve', commitment: planned.plan?.commitment })
  const joined = await until(({ openGate }) => openGate?.gate === 'G4')
  await core.call('missions.release', { missionId, commitment: joined.report?.commitment })
})

describe('OBS-05 a mission as a tree', () => {
  test('OBS-05 it has one root and no orphan: mission, phases, runs, calls, each within the one that it lies in', async () => {
    const trace = await core.call('traces.get', { missionId })
    expect(faultsOfTree(trace)).toEqual([])
    const byKind = (kind: string) => trace.spans.filter((span) => span.kind === kind)
    expect(trace.spans[0]).toMatchObject({ id: missionId, kind: 'mission', status: 'ok', code: 'released' })
    expect(byKind('phase').map(({ name, status }) => [name, status])).toEqual([
      ['PLANNING', 'ok'],
      ['COMMITTED', 'ok'],
      ['EXECUTING', 'ok'],
    ])
    expect(byKind('run').map(({ name, status }) => [name, status])).toEqual([
      ['plan', 'ok'],
      ['research', 'ok'],
      ['research', 'ok'],
      ['research', 'ok'],
    ])
    expect(byKind('tool').length).toBeGreaterThan(2)
    const within = new Map(trace.spans.map((span) => [span.id, span]))
    for (const { kind, startMs, endMs, parentId } of trace.spans) {
      const parent = within.get(parentId ?? '')
      if (parent === undefined) continue
      expect(startMs, kind).toBeGreaterThanOrEqual(parent.startMs)
      // It is released: nothing in it is open any more.
      expect([endMs, parent.endMs], kind).not.toContain(null)
      expect(Number(endMs), kind).toBeLessThanOrEqual(Number(parent.endMs))
    }
  })

  test('OBS-05 who handed over to whom stands there: the plan to its runs, and runs to those after them', async () => {
    const { spans } = await core.call('traces.get', { missionId })
    const [planner, ...workers] = spans.filter(({ kind }) => kind === 'run')
    const [first, second, last] = workers
    expect(first?.handoffs).toEqual([{ from: planner?.id, reason: 'planned' }])
    expect(last?.handoffs).toEqual([
      { from: planner?.id, reason: 'planned' },
      { from: first?.id, reason: 'after' },
      { from: second?.id, reason: 'after' },
    ])
    expect(await core.call('traces.get', { runId: first?.id })).toEqual(await core.call('traces.get', { missionId }))
  })

  test('OBS-05 a run of no mission is the root of its own, and its second try names the first', async () => {
    const { runId } = await core.call('ask.start', { question: 'Who repaired it?', modelId: null })
    await core.settled(runId)
    const trace = await core.call('traces.get', { runId })
    expect([faultsOfTree(trace), trace.correlation, trace.spans[0]?.name]).toEqual([[], runId, 'ask'])
    const again = await core.call('runs.retry', { runId })
    await core.settled(again.id)
    expect((await core.call('traces.get', { runId: again.id })).spans[0]?.handoffs).toEqual([{ from: runId, reason: 'retry' }])
    expect(await core.codeOf('traces.get', {})).toBe('trace.one_of')
    expect(await core.codeOf('traces.get', { runId: runId.replace(/.$/, (end) => (end === '0' ? '1' : '0')) })).toBe('trace.unknown')
  })

  test('OBS-05 programs elsewhere read the same tree in the words of OpenTelemetry', async () => {
    const trace = await core.call('traces.get', { missionId })
    const otlp = OtlpTrace.parse(toOtlp(trace, '1.0.0', (text) => createHash('sha256').update(text).digest('hex')))
    const spans = otlp.resourceSpans[0]?.scopeSpans[0]?.spans ?? []
    const ids = new Set(spans.map(({ spanId }) => spanId))
    expect([spans.length, ids.size, new Set(spans.map(({ traceId }) => traceId)).size]).toEqual([trace.spans.length, trace.spans.length, 1])
    expect(spans.filter(({ parentSpanId }) => parentSpanId === '').length).toBe(1)
    expect(spans.every(({ parentSpanId }) => parentSpanId === '' || ids.has(parentSpanId))).toBe(true)
    const links = spans.flatMap(({ links: of }) => of)
    const handoffs = trace.spans.flatMap(({ handoffs: of }) => of)
    expect(handoffs.length).toBeGreaterThan(0)
    expect([links.length, links.every(({ spanId }) => ids.has(spanId))]).toEqual([handoffs.length, true])
  })
})

test('OBS-04 every line of work in the log joins to a run or a mission, with one id for all of a mission, and quotes nobody', async () => {
  const text = readFileSync(join(core.paths.logs, 'holdfast.log'), 'utf8')
  const lines = text.split('\n').flatMap((line) => (line === '' ? [] : [JSON.parse(line) as Readonly<Record<string, string | null>>]))
  const work = lines.filter((line) => 'correlation' in line)
  expect(work.length).toBeGreaterThan(20)
  for (const line of work) {
    expect(Object.keys(line)).toEqual(expect.arrayContaining(['time', 'agent', 'level', 'msg', 'task', 'phase', 'correlation']))
    expect(Date.parse(line.time ?? '')).not.toBeNaN()
    if (line.run == null) expect(line.correlation).toBe(missionId)
    else {
      const created = (await core.call('runs.events', { runId: line.run, limit: 1 })).items[0]?.event
      expect(created).toMatchObject({ type: 'run.created', agent: line.agent, shardId: line.task })
    }
  }
  const { spans } = await core.call('traces.get', { missionId })
  const runs = spans.flatMap(({ id, kind }) => (kind === 'run' ? [id] : []))
  const joined = work.filter(({ run }) => run != null && runs.includes(run))
  expect(new Set(joined.map(({ run }) => run)).size).toBe(runs.length)
  expect(new Set(joined.map(({ correlation }) => correlation))).toEqual(new Set([missionId]))
  // Whatever else is in there is of the core itself.
  for (const line of lines.filter((one) => !('correlation' in one))) expect(JSON.stringify(line)).not.toMatch(/(run|msn)_[0-9A-Z]{26}/)
  expect(text).not.toMatch(/pump|north gate|Crew Seven|Log\.md/i)
})

test('OBS-05 a mission that a person stopped is said to be stopped, not to have failed', async () => {
  const stopped = await core.call('missions.start', { goal: 'When was the gate painted?', label: unclassified })
  await core.call('missions.abort', { missionId: stopped.missionId })
  const { spans } = await core.call('traces.get', { missionId: stopped.missionId })
  expect(spans[0]).toMatchObject({ kind: 'mission', status: 'stopped', code: 'aborted' })
})

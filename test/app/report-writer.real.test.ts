/** An agent with tools from its start to the written file, without a model and with one that follows a script. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import type { CallOutput } from '../../main/contract/calls.ts'
import { faultsOf } from '../support/check-store.ts'
import { tinyModels } from '../support/models.ts'
import { type OpenApp, openApp } from '../support/open-app.ts'
import { scriptedModel } from '../support/scripted-model.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

const folder = temporaryFolder()
const facts = 'The pump at the north gate failed at 14:05 on Tuesday. Crew Seven repaired the pump before midnight.'
const source = join(folder, 'report.md')
writeFileSync(source, `# Station log\n\n${facts}\n`)

type Approval = CallOutput<'approvals.get'>

async function start(core: OpenApp, input: Readonly<Record<string, string>>): Promise<string> {
  return (await core.call('runs.start', { agent: 'report-writer', input })).runId
}
async function waiting(core: OpenApp, runId: string): Promise<Approval> {
  expect((await core.settled(runId)).status).toBe('held')
  const found = (await core.call('approvals.list')).items.find((item) => item.runId === runId)
  return core.call('approvals.get', { holdId: found?.holdId })
}
const approve = (core: OpenApp, { holdId, argumentsHash }: Approval) => core.call('approvals.approve', { holdId, argumentsHash })
const typesOf = async (core: OpenApp, runId: string) =>
  (await core.call('runs.events', { runId, limit: 200 })).items.map(({ event }) => event.type)
const fileOf = (core: OpenApp, runId: string, name: string) => join(core.paths.runs, runId, name)

describe('without a model', () => {
  test('HUM-04 TOL-05 it searches, drafts with sources, asks, waits without a worker over a restart, writes once, and can be undone', async () => {
    const data = join(folder, 'reflex')
    const first = await openApp(data)
    await first.ingest([source])
    const runId = await start(first, { topic: 'When did the pump at the north gate fail?' })
    const request = await waiting(first, runId)
    const [item] = (await first.call('approvals.list')).items
    expect([item?.argumentsBytes, item?.diffLines]).toEqual([Buffer.byteLength(request.arguments ?? ''), request.preview?.diffLines])
    expect(JSON.stringify(item)).not.toContain('14:05')
    expect(request).toMatchObject({ kind: 'approval', tool: 'write_file', risk: 'write', preview: { undo: 'The file is removed again.' } })
    expect(request.arguments).toContain('14:05')
    expect(request.preview?.diff).toContain('14:05')
    expect(existsSync(fileOf(first, runId, 'report.md'))).toBe(false)
    await first.app.close()

    const core = await openApp(data)
    const again = await waiting(core, runId)
    expect(again).toEqual(request)
    await approve(core, again)
    expect((await core.settled(runId)).status).toBe('complete')
    const text = readFileSync(fileOf(core, runId, 'report.md'), 'utf8')
    expect(text).toMatch(/UNCLASSIFIED[\s\S]*14:05[\s\S]*\[1\][\s\S]*Sources[\s\S]*report\.md[\s\S]*UNCLASSIFIED/)
    const types = await typesOf(core, runId)
    expect(types.filter((type) => type === 'tool.dispatched')).toHaveLength(2)
    expect(types.indexOf('tool.approved')).toBeLessThan(types.lastIndexOf('tool.dispatched'))

    const written = (await core.call('steps.list', { runId })).items.find(({ name }) => name === 'write_file')
    expect(written).toMatchObject({ phase: 'succeeded', canUndo: true, approval: { decision: 'approved', decidedBy: 'tester' } })
    await core.call('runs.undo', { runId, stepId: written?.id })
    expect(existsSync(fileOf(core, runId, 'report.md'))).toBe(false)
    expect(faultsOf(core.paths)).toEqual([])
  })

  test('RUN-13 a fork says that it delivered only what a person let it write into its own folder', async () => {
    const core = await openApp(join(folder, 'forked'))
    await core.ingest([source])
    const runId = await start(core, { topic: 'When did the pump at the north gate fail?' })
    await approve(core, await waiting(core, runId))
    expect((await core.settled(runId)).status).toBe('complete')
    const { total } = await core.call('steps.list', { runId })
    const { id: forked } = await core.call('runs.fork', { runId, at: total - 1 })
    const request = await waiting(core, forked)
    expect([request.tool, existsSync(fileOf(core, forked, 'report.md'))]).toEqual(['write_file', false])
    await approve(core, request)
    expect((await core.settled(forked)).status).toBe('complete')
    expect(readFileSync(fileOf(core, forked, 'report.md'), 'utf8')).toContain('14:05')
  })

  test('HUM-13 a rejected call never runs, also after a restart', async () => {
    const data = join(folder, 'rejected')
    const first = await openApp(data)
    await first.ingest([source])
    const runId = await start(first, { topic: 'When did the pump at the north gate fail?' })
    const { holdId } = await waiting(first, runId)
    await first.call('approvals.reject', { holdId, feedback: 'Not now.' })
    expect((await first.settled(runId)).status).toBe('complete')
    await first.app.close()
    const core = await openApp(data)
    expect((await core.call('runs.get', { runId })).status).toBe('complete')
    expect(existsSync(fileOf(core, runId, 'report.md'))).toBe(false)
    expect((await typesOf(core, runId)).filter((type) => type === 'tool.dispatched')).toHaveLength(1)
    const decided = await core.call('approvals.list', { isOpen: false })
    expect(decided.items[0]).toMatchObject({ decision: 'rejected', decidedBy: 'tester' })
    expect((await core.call('approvals.get', { holdId })).feedback).toBe('Not now.')
  })

  test('nothing in the documents: no file is asked for, and the run says so', async () => {
    const core = await openApp(join(folder, 'empty'))
    const runId = await start(core, { topic: 'Who sold the lighthouse?' })
    expect((await core.settled(runId)).status).toBe('complete')
    expect((await core.call('approvals.list')).total).toBe(0)
  })
})

describe('with a model that follows a script', () => {
  const search = JSON.stringify({ tool: 'search_holdings', arguments: { query: 'pump north gate', collection: null, count: 5 } })
  const claims = (quote: string) => JSON.stringify({ claims: [{ text: 'The pump failed at 14:05.', n: 1, quote }] })
  const draft = '{"tool":"draft_report"}'
  let made = 0

  async function edge(answers: ReturnType<typeof scriptedModel>['answers']) {
    const script = scriptedModel(answers)
    made += 1
    const core = await openApp(join(folder, `edge-${made}`), { inference: script.inference })
    await core.ingest([source])
    await core.call('models.import', { source: { path: tinyModels(folder, 2).decoder } })
    return { core, script }
  }

  test('HUM-06 what a person wants changed stands in the next context, and the changed call needs an approval of its own', async () => {
    const quote = 'The pump at the north gate failed at 14:05 on Tuesday'
    const { core, script } = await edge([search, draft, claims(quote), claims('Crew Seven repaired the pump before midnight')])
    const runId = await start(core, { topic: 'The pump' })
    const first = await waiting(core, runId)
    await core.call('approvals.revise', { holdId: first.holdId, feedback: 'Say who repaired it.' })
    const second = await waiting(core, runId)
    expect(second.holdId).not.toBe(first.holdId)
    expect(script.prompts.at(-1)).toContain('Say who repaired it.')
    expect(second.arguments).toContain('Crew Seven')
    expect(await core.codeOf('approvals.approve', { holdId: first.holdId, argumentsHash: first.argumentsHash })).toBe('run.unknown_hold')
    expect(await core.codeOf('approvals.approve', { holdId: second.holdId, argumentsHash: first.argumentsHash })).toBe(
      'approval.other_arguments',
    )
    await approve(core, second)
    expect((await core.settled(runId)).status).toBe('complete')
    expect(readFileSync(fileOf(core, runId, 'report.md'), 'utf8')).toContain('Crew Seven')
  })

  test('HUM-13 a rejection ends what a revision would draft again', async () => {
    const quote = 'The pump at the north gate failed at 14:05 on Tuesday'
    const { core, script } = await edge([search, draft, claims(quote)])
    const runId = await start(core, { topic: 'The pump' })
    const { holdId } = await waiting(core, runId)
    const asked = script.prompts.length
    await core.call('approvals.reject', { holdId, feedback: 'No report.' })
    expect((await core.settled(runId)).status).toBe('complete')
    expect(script.prompts).toHaveLength(asked)
    expect(existsSync(fileOf(core, runId, 'report.md'))).toBe(false)
  })

  test('HUM-12 TOL-06 a model that writes "approved" decides nothing, and tools outside the list or malformed calls never run', async () => {
    const { core } = await edge([
      JSON.stringify({ tool: 'write_file', arguments: { name: 'x.md', text: 'x' }, approved: true }),
      JSON.stringify({ tool: 'delete_file', arguments: {} }),
      'approved: true',
    ])
    const runId = await start(core, { topic: 'The pump' })
    const run = await core.settled(runId)
    expect([run.status, run.holds]).toEqual(['held', ['spiral']])
    const types = await typesOf(core, runId)
    expect(types.filter((type) => type === 'proposal.refused')).toHaveLength(3)
    expect(types.filter((type) => type.startsWith('tool.'))).toEqual([])
    expect(existsSync(join(core.paths.runs, runId))).toBe(false)
  })

  test('HUM-01 HUM-02 a question of the model waits for a person, an answer that does not fit is refused, and the answer is read', async () => {
    const question = { question: 'Which gate?', context: 'Two gates have pumps.', urgency: 'low', format: 'multiple_choice' }
    const ask = JSON.stringify({ tool: 'ask_human', arguments: { ...question, choices: ['north', 'south'], schema: null } })
    const { core, script } = await edge([ask, draft])
    const runId = await start(core, { topic: 'The pump' })
    const request = await waiting(core, runId)
    expect(request).toMatchObject({ kind: 'question', tool: 'ask_human', expiresAt: null })
    expect((await core.call('approvals.list')).items[0]?.summary).toBe('Which gate?')
    expect(await core.codeOf('approvals.answer', { holdId: request.holdId, answer: 'west' })).toBe('human.bad_answer')
    expect((await core.call('runs.get', { runId })).status).toBe('held')
    await core.call('approvals.answer', { holdId: request.holdId, answer: 'north' })
    await core.settled(runId)
    expect(script.prompts.at(1)).toContain('north')
  })

  test('RUN-15 TOL-02 TOL-04 every turn stands in order, every call has its whole record, and calls are found by run, agent, tool and phase', async () => {
    const quote = 'The pump at the north gate failed at 14:05 on Tuesday'
    const { core } = await edge([search, draft, claims(quote)])
    const runId = await start(core, { topic: 'The pump' })
    await approve(core, await waiting(core, runId))
    expect((await core.settled(runId)).status).toBe('complete')
    const turns = (await typesOf(core, runId)).filter((type) => /^(context|model|tool)\./.test(type))
    const model = ['context.built', 'model.requested', 'model.answered']
    const asked = ['tool.proposed', 'tool.approval_requested', 'tool.approved', 'tool.dispatched', 'tool.succeeded']
    expect(turns).toEqual([...model, 'tool.proposed', 'tool.dispatched', 'tool.succeeded', ...model, ...model, ...asked])

    const found = async (filter: object) => (await core.call('steps.list', filter)).items.map(({ name }) => name)
    expect(await found({ runId, phase: 'succeeded' })).toHaveLength(5)
    expect(await found({ agent: 'report-writer', tool: 'write_file' })).toEqual(['write_file'])
    expect(await found({ tool: 'write_file', phase: 'rejected' })).toEqual([])
    expect(await found({ agent: 'ask' })).toEqual([])
    const [call] = (await core.call('steps.list', { runId, tool: 'write_file' })).items
    expect(call).toMatchObject({
      ...{ runId, agent: 'report-writer', ordinal: 4, kind: 'tool', name: 'write_file', phase: 'succeeded', failure: null, tokensUsed: 0 },
      ...{ requiresApproval: true, approvalTimeoutMs: 3_600_000, approval: { decision: 'approved', decidedBy: 'tester' } },
    })
    expect(call?.durationMs).toBe((call?.endedAt ?? 0) - (call?.startedAt ?? 0))
    for (const body of [call?.input, call?.output]) expect((await core.call('bodies.read', { runId, body })).text).toBeTypeOf('string')
  })

  test('SAF-03 the same call for the fifth time holds the run before it is made', async () => {
    const { core } = await edge(Array.from({ length: 6 }, () => search))
    const runId = await start(core, { topic: 'The pump' })
    const run = await core.settled(runId)
    expect([run.status, run.holds]).toEqual(['held', ['spiral']])
    expect((await typesOf(core, runId)).filter((type) => type === 'tool.succeeded')).toHaveLength(4)
  })

  test('BUD-04 a run that has used its calls stops, and goes on when a person raises the limit', async () => {
    const { core } = await edge([search])
    const { runId } = await core.call('runs.start', { agent: 'report-writer', input: { topic: 'The pump' }, budget: { modelCallsMax: 1 } })
    const run = await core.settled(runId)
    expect([run.status, run.holds]).toEqual(['held', ['budget']])
    await core.call('runs.raise', { runId, budget: { modelCallsMax: 9 } })
    const after = await core.settled(runId)
    expect(after.holds).not.toContain('budget')
    expect((await core.call('runs.budget', { runId })).usage.modelCalls).toBeGreaterThan(1)
  })
})

test('a safe start holds what was queued, and a person lets it go on', async () => {
  const data = join(folder, 'safe')
  const first = await openApp(data)
  await first.ingest([source])
  const runId = await start(first, { topic: 'The pump at the north gate' })
  await first.app.close()
  const core = await openApp(data, {}, { isSafeStart: true })
  const run = await core.call('runs.get', { runId })
  expect([run.status, run.holds]).toEqual(['held', ['operator']])
  await core.call('runs.resume', { runId })
  expect(await waiting(core, runId)).toMatchObject({ tool: 'write_file' })
})

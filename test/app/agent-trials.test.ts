/** Definitions tried on recorded runs of a whole core: what is the same is said to be, what differs is found where it begins, and nothing is done. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import type { AgentTrial } from '../../main/domain/agent-trial.ts'
import { canonicalJson } from '../../main/domain/canonical-json.ts'
import { faultsOf } from '../support/check-store.ts'
import { tinyModels } from '../support/models.ts'
import { type OpenApp, openApp } from '../support/open-app.ts'
import { type ScriptedModel, scriptedModel } from '../support/scripted-model.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

const folder = temporaryFolder()
const papersAt = join(folder, 'papers')
mkdirSync(papersAt)
const papers = {
  'log.md':
    '# Station log\n\nThe pump at the north gate failed at 14:05 on Tuesday. Crew Seven repaired the pump before midnight.\n\nThe repair cost 1,200 euros in total.\n',
  'order.md': '# Order\n\nThe pump at the north gate is to be replaced on Friday. The new pump must cost less than 900 euros.\n',
}
for (const [name, text] of Object.entries(papers)) writeFileSync(join(papersAt, name), text)
const shipped = (name: string) => readFileSync(join(import.meta.dirname, `../../main/agents/${name}.yaml`), 'utf8')
const topic = 'When did the pump at the north gate fail?'

async function run(core: OpenApp, agent: string, input: Readonly<Record<string, string>>): Promise<string> {
  const { runId } = await core.call('runs.start', { agent, input })
  if ((await core.settled(runId)).status === 'held') {
    const item = (await core.call('approvals.list')).items.find((one) => one.runId === runId)
    const { argumentsHash } = await core.call('approvals.get', { holdId: item?.holdId })
    await core.call('approvals.approve', { holdId: item?.holdId, argumentsHash })
  }
  expect((await core.settled(runId)).status).toBe('complete')
  return runId
}
const tried = (core: OpenApp, agent: string, runId: string, change: (text: string) => string = (text) => text): Promise<AgentTrial> =>
  core.call('agents.try', { file: `${agent}.yaml`, definition: change(shipped(agent)), runId })
const statesOf = ({ steps }: AgentTrial) => steps.map(({ name, state }) => `${name} ${state}`)

/** Everything that a run has left behind. */
async function left(core: OpenApp) {
  const events: unknown[] = []
  core.app.subscribe(0, (item) => item.kind === 'event' && events.push(item.event.event.type))()
  return canonicalJson([
    events.filter((type) => type !== 'call.denied'),
    (await core.call('runs.list')).total,
    (await core.call('quota.get')).tokensSpent,
  ])
}

describe('PRM-02 without a model', () => {
  let core: OpenApp
  const runs: Record<string, string> = {}
  beforeAll(async () => {
    core = await openApp(join(folder, 'reflex'))
    await core.ingest([papersAt])
    const inputs: Readonly<Record<string, Readonly<Record<string, string>>>> = {
      ask: { question: topic },
      research: { topic },
      summarise: { document: 'order.md' },
      compare: { topic: 'What about the pump at the north gate?', first: 'log.md', second: 'order.md' },
      'extract-table': { topic: 'What did the repair cost?', columns: 'Cost' },
      'redact-review': { document: 'log.md' },
      'report-writer': { topic },
      plan: { goal: 'Why did the pump fail? What did it cost?' },
    }
    for (const [agent, input] of Object.entries(inputs)) runs[agent] = await run(core, agent, input)
  }, 60_000)

  test('the same definition would have done the same, for every agent of the product; nothing is done, asked or kept', async () => {
    expect(Object.keys(runs)).toHaveLength((await core.call('agents.list')).items.length)
    const before = await left(core)
    for (const [agent, runId] of Object.entries(runs)) {
      const trial = await tried(core, agent, runId)
      expect([agent, trial.verdict, trial.unjudged, trial.steps.length > 0 || agent === 'plan', trial.end], trial.summary).toEqual([
        ...[agent, 'same', 0, true],
        { state: 'same', says: [] },
      ])
    }
    const asked = await core.ask(topic)
    expect(await tried(core, 'ask', asked.id)).toMatchObject({ verdict: 'same', agent: 'ask', name: 'ask' })
    expect(await left(core)).not.toBe(before)
    const after = await left(core)
    await tried(core, 'ask', asked.id)
    expect(await left(core)).toBe(after)
    expect(faultsOf(core.paths)).toEqual([])
  })

  test('one is tried at a time', async () => {
    const definition = (await core.call('agents.text', { file: 'research.yaml' })).text
    const input = { file: 'research.yaml', definition, runId: runs.research ?? '' }
    expect(await Promise.all([core.codeOf('agents.try', input), core.codeOf('agents.try', input)])).toEqual([null, 'agent.trial_under_way'])
    expect(await core.codeOf('agents.try', input)).toBeNull()
  })

  test('what only describes it changes nothing', async () => {
    const trial = await tried(core, 'research', runs.research ?? '', (text) =>
      text.replace('title: Research', 'title: Scout').replace('## It leaves', '## It yields'),
    )
    expect(trial.verdict).toBe('same')
  })

  test('a call that was taken from its plan is not made, and is said to be refused', async () => {
    const trial = await tried(core, 'research', runs.research ?? '', (text) =>
      text
        .replace('{ tool: search_holdings, arguments: { query: $input.topic, count: 10 } }', '{ tool: list_documents, arguments: {} }')
        .replaceAll('search_holdings, ', ''),
    )
    expect(trial).toMatchObject({
      verdict: 'differs',
      differsAt: 0,
      start: { prefetch: { isSame: false, added: ['list_documents'], left: ['search_holdings'] } },
    })
    expect(trial.steps[0]).toMatchObject({
      says: [
        'It would call list_documents here.',
        'The call of search_holdings would be refused: it is not among the calls that it may make.',
      ],
      call: { mayBeMade: false },
    })
    expect(trial.summary).toBe('It differs at step 1: It would call list_documents here.')
  })

  test('what it would do otherwise is taken as done at the places after it', async () => {
    const fewer = await tried(core, 'research', runs.research ?? '', (text) => text.replace('count: 10', 'count: 3'))
    expect(statesOf(fewer)).toEqual(['search_holdings differs', 'reflex same'])
    expect(fewer.start.prefetch).toEqual({ isSame: false, added: [], left: [], changed: ['search_holdings'] })
    const more = await tried(core, 'research', runs.research ?? '', (text) =>
      text.replace('stepsMax:', '  - { tool: list_documents, arguments: {} }\nstepsMax:'),
    )
    expect(more).toMatchObject({ verdict: 'differs', differsAt: 1, start: { prefetch: { added: ['list_documents'], left: [] } } })
    expect(more.steps[1]?.says).toEqual(['It would call list_documents first.'])
    expect(more.end).toEqual({ state: 'same', says: [] })
  })

  test('a file that it may not write any more is refused where it is delivered', async () => {
    const trial = await tried(core, 'report-writer', runs['report-writer'] ?? '', (text) => text.replace('"*.md", ', ''))
    expect(statesOf(trial)).toEqual(['search_holdings same', 'reflex same', 'write_file differs'])
    expect(trial.steps[2]).toMatchObject({
      says: [expect.stringContaining('it may not write this file')],
      call: { neededPerson: true, mayBeMade: false },
    })
  })

  test('a budget that was cut ends it where it is used up', async () => {
    const report = await tried(core, 'report-writer', runs['report-writer'] ?? '', (text) =>
      text.replace('bytesWrittenMax: 1048576', 'bytesWrittenMax: 10'),
    )
    expect(statesOf(report)).toEqual(['search_holdings same', 'reflex same', 'write_file differs'])
    expect(report.steps[2]?.says[0]).toBe('It would stop here: its limit of bytes written is reached.')
  })

  test('documents that it may not retrieve are counted where they were found, and are missing where it drafts', async () => {
    const trial = await tried(core, 'research', runs.research ?? '', (text) =>
      text.replace('draftFrom:', "deniedDataSources: ['*/log.md']\ndraftFrom:"),
    )
    expect(trial).toMatchObject({ verdict: 'differs', differsAt: 0 })
    expect(trial.steps[0]).toMatchObject({ call: { denied: 1 }, says: ['It may not retrieve 1 of the 2 documents that this call read.'] })
    expect(trial.steps.at(-1)).toMatchObject({ name: 'reflex', state: 'differs' })
  })

  test('another rule of drafting, and another kind of result, are found at the draft and at the end', async () => {
    const ruled = await tried(core, 'research', runs.research ?? '', (text) =>
      text.replace('output: findings', 'output: findings\nreflex: leads'),
    )
    expect(ruled.steps.at(-1)?.says).toEqual(['It would draft by another rule.'])
  })

  test('AGT-02 an input that it requires and was not given keeps it from beginning', async () => {
    const trial = await tried(core, 'research', runs.research ?? '', (text) =>
      text.replace('tools: [', '  - { name: depth, title: How deep, isRequired: true, charsMax: 20, default: null }\ntools: ['),
    )
    expect(trial).toMatchObject({
      verdict: 'not_started',
      steps: [],
      end: null,
      start: { refusal: expect.stringContaining('depth is missing') },
    })
    const shorter = await tried(core, 'research', runs.research ?? '', (text) => text.replace('charsMax: 500', 'charsMax: 5'))
    expect(shorter.start.refusal).toContain('at most 5 characters')
    const renamed = await tried(core, 'research', runs.research ?? '', (text) => text.replaceAll('topic', 'subject'))
    expect(renamed.start.refusal).toContain('it has no field "topic"')
  })

  test('AGT-01 what would not be offered would not have begun; what is no definition, no run, or none that has ended is refused', async () => {
    const runId = runs.research ?? ''
    const silent = await tried(core, 'research', runId, (text) => text.replace(/runbook: \|[\s\S]*/, ''))
    expect(silent).toMatchObject({ verdict: 'not_started', start: { refusal: expect.stringContaining('runbook') } })
    const codeOf = (definition: string, on: string) => core.codeOf('agents.try', { file: 'research.yaml', definition, runId: on })
    expect(await codeOf('name: [', runId)).toBe('agent.not_readable')
    expect(await codeOf(shipped('research'), `run_${'0'.repeat(26)}`)).toBe('run.unknown')
    const { runId: waiting } = await core.call('runs.start', { agent: 'report-writer', input: { topic } })
    expect((await core.settled(waiting)).status).toBe('held')
    expect(await codeOf(shipped('report-writer'), waiting)).toBe('run.not_ended')
    await core.call('runs.cancel', { runId: waiting })
    await core.settled(waiting)
    expect(
      await core.call('agents.try', { file: 'report-writer.yaml', definition: shipped('report-writer'), runId: waiting }),
    ).toMatchObject({ verdict: 'same', end: null })
  })
})

describe('PRM-03 with a model that follows a script', () => {
  let made = 0
  async function edge(answers: ScriptedModel['answers']) {
    const script = scriptedModel(answers)
    made += 1
    const core = await openApp(join(folder, `edge-${made}`), { inference: script.inference })
    await core.ingest([papersAt])
    await core.call('models.import', { source: { path: tinyModels(folder, 3).decoder } })
    return { core, script }
  }
  const quote = 'Crew Seven repaired the pump before midnight'
  const claims = (prompt: string) =>
    JSON.stringify({ claims: [{ text: 'Crew Seven repaired it.', n: Number(/\[(\d+)\] log\.md/.exec(prompt)?.[1] ?? 0), quote }] })
  const chosen = [JSON.stringify({ tool: 'calculate', arguments: { expression: '1200 - 900' } }), '{"tool":"draft_report"}', claims]

  test('the same words are the same; other words are found where a model reads them, with what they take of its window', async () => {
    const { core, script } = await edge([...chosen])
    const runId = await run(core, 'research', { topic: 'Who repaired the pump?' })
    const same = await tried(core, 'research', runId)
    expect([same.verdict, statesOf(same)]).toEqual([
      'same',
      ['search_holdings same', 'edge same', 'calculate same', 'edge same', 'edge same'],
    ])
    const first = same.steps[1]?.context
    expect([first?.before?.tokens, first?.isEstimated]).toEqual([first?.now?.tokens, false])
    const asked = script.prompts.length

    const words = (await core.call('prompts.get', { agent: 'research', prompt: 'gather' })).text ?? ''
    await core.call('prompts.publish', {
      agent: 'research',
      prompt: 'gather',
      text: `${words}\n${'Look twice at each passage. '.repeat(100)}`,
      as: 'current',
    })
    const longer = await tried(core, 'research', runId)
    expect(statesOf(longer)).toEqual(['search_holdings same', 'edge differs', 'calculate same', 'edge differs', 'edge same'])
    expect(longer).toMatchObject({ verdict: 'differs', differsAt: 1 })
    const then = longer.steps[1]?.context?.before
    expect(longer.steps[1]?.context?.now?.tokens).toBeGreaterThan((then?.tokens ?? 0) + 600)
    expect(longer.steps[1]?.context?.now).toMatchObject({ isOver: false, contextTokens: 16_384 })

    await core.call('prompts.publish', { agent: 'research', prompt: 'gather', text: 'Look twice. '.repeat(2_600), as: 'current' })
    const over = await tried(core, 'research', runId)
    expect(over.steps[1]).toMatchObject({
      state: 'differs',
      context: { now: { isOver: true, band: 'warning' } },
      says: ['What a model would be shown does not fit under the limit of its window.', expect.stringContaining('would')],
    })
    expect(over.steps[1]?.context?.now?.share).toBeGreaterThan(0.4)
    expect(script.prompts).toHaveLength(asked)
    expect(faultsOf(core.paths)).toEqual([])
  })

  test('a tool that is not offered any more is refused where a model chose it, and the words that offer it are others', async () => {
    const { core } = await edge([...chosen])
    const runId = await run(core, 'research', { topic: 'Who repaired the pump?' })
    const trial = await tried(core, 'research', runId, (text) => text.replaceAll(', calculate', ''))
    expect(statesOf(trial)).toEqual(['search_holdings same', 'edge differs', 'calculate differs', 'edge differs', 'edge same'])
    expect(trial.steps[2]?.says).toContain('The call of calculate would be refused: it is not among the calls that it may make.')
  })

  test('fewer steps make it draft earlier, and say that they are why', async () => {
    const { core } = await edge([...chosen])
    const runId = await run(core, 'research', { topic: 'Who repaired the pump?' })
    const trial = await tried(core, 'research', runId, (text) => text.replace('stepsMax: 12', 'stepsMax: 3'))
    expect(trial).toMatchObject({ verdict: 'differs', differsAt: 3 })
    expect(trial.steps[3]?.says).toContain('As many steps as it may take are taken.')
    const cut = await tried(core, 'research', runId, (text) => text.replace('modelCallsMax: 14', 'modelCallsMax: 1'))
    expect(cut).toMatchObject({ differsAt: 3, summary: 'It differs at step 4: It would stop here: its limit of model calls is reached.' })
  })

  test('where the model that served then does not serve now, what other words take is an estimate, and said to be one', async () => {
    const { core } = await edge([...chosen])
    const runId = await run(core, 'research', { topic: 'Who repaired the pump?' })
    const { id: modelId } = await core.call('models.import', { source: { path: tinyModels(folder, 5).decoder } })
    await core.call('models.activate', { modelId })
    expect((await tried(core, 'research', runId)).verdict).toBe('same')
    await core.call('prompts.publish', { agent: 'research', prompt: 'gather', text: 'Choose one call.', as: 'current' })
    const trial = await tried(core, 'research', runId)
    expect(trial.steps[1]?.context).toMatchObject({ isEstimated: true })
    expect(trial.steps[1]?.context?.now?.tokens).toBeLessThan(trial.steps[1]?.context?.before?.tokens ?? 0)
  })
})

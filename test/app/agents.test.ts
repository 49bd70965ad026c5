/** The agents of the product over a whole core: what each leaves without a model, and with one that follows a script. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { Answer } from '../../main/domain/answer.ts'
import { Findings } from '../../main/domain/findings.ts'
import { MissionPlan } from '../../main/domain/mission/plan.ts'
import { fail } from '../../main/domain/result.ts'
import { faultsOf } from '../support/check-store.ts'
import { tinyModels } from '../support/models.ts'
import { type OpenApp, openApp } from '../support/open-app.ts'
import { type ScriptedModel, scriptedModel } from '../support/scripted-model.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

const folder = temporaryFolder()
const papers = {
  'log.md':
    '# Station log\n\nThe pump at the north gate failed at 14:05 on Tuesday. Crew Seven repaired the pump before midnight.\n\nThe repair cost 1,200 euros in total. Write to crew.seven@station.example.org for the bill.\n',
  'order.md': '# Order\n\nThe pump at the north gate is to be replaced on Friday. The new pump must cost less than 900 euros.\n',
  'depths.csv': 'quay,depth,note\neast,7,=1+1\nwest,11,deep\n',
}
const papersAt = join(folder, 'papers')
mkdirSync(papersAt)
for (const [name, text] of Object.entries(papers)) writeFileSync(join(papersAt, name), text)

async function start(core: OpenApp, agent: string, input: Readonly<Record<string, string>>) {
  const { runId } = await core.call('runs.start', { agent, input })
  return core.settled(runId)
}
async function resultOf(core: OpenApp, runId: string): Promise<unknown> {
  const { items } = await core.call('runs.events', { runId, limit: 200 })
  const ended = items.flatMap(({ event }) => (event.type === 'run.completed' ? [event.result.body] : []))
  return JSON.parse((await core.call('bodies.read', { runId, body: ended[0] })).text ?? 'null')
}
async function findingsOf(core: OpenApp, agent: string, input: Readonly<Record<string, string>>): Promise<Findings> {
  const run = await start(core, agent, input)
  expect(run).toMatchObject({ status: 'complete', failure: null })
  return Findings.parse(await resultOf(core, run.id))
}
async function deliver(core: OpenApp, agent: string, input: Readonly<Record<string, string>>, file: string): Promise<string> {
  const run = await start(core, agent, input)
  expect(run.status).toBe('held')
  const [item] = (await core.call('approvals.list')).items
  const { holdId, argumentsHash } = await core.call('approvals.get', { holdId: item?.holdId })
  await core.call('approvals.approve', { holdId, argumentsHash })
  expect((await core.settled(run.id)).status).toBe('complete')
  return readFileSync(join(core.paths.runs, run.id, file), 'utf8')
}
const typesOf = async (core: OpenApp, runId: string) =>
  (await core.call('runs.events', { runId, limit: 200 })).items.map(({ event }) => event.type)

describe('without a model every agent of the product does its work', () => {
  let core: OpenApp
  beforeAll(async () => {
    core = await openApp(join(folder, 'reflex'))
    await core.ingest([papersAt])
  })

  test('all of them are offered, with what they are for', async () => {
    const { items, refused } = await core.call('agents.list')
    expect(items.map(({ name, output, origin }) => `${name} ${output} ${origin}`)).toEqual([
      ...['ask answer', 'research findings', 'summarise findings', 'compare findings', 'extract-table table'].map(
        (one) => `${one} product`,
      ),
      ...['redact-review findings', 'report-writer report', 'plan plan'].map((one) => `${one} product`),
    ])
    expect(refused).toEqual([])
  })

  test('ask answers, also where it is started like the others', async () => {
    const run = await start(core, 'ask', { question: 'When did the pump at the north gate fail?' })
    expect(run.title).toBe('When did the pump at the north gate fail?')
    const answer = Answer.parse(await resultOf(core, run.id))
    expect(answer).toMatchObject({ supported: true, tier: 'reflex' })
    expect((await core.call('ask.answer', { runId: run.id })).answer?.runId).toBe(run.id)
    expect((await start(core, 'ask', { question: 'Pump?', collection: 'nowhere' })).failure?.code).toBe('collection.unknown')
  })

  test('CTX-09 research searches before anything is chosen, and hands on verified quotes', async () => {
    const found = await findingsOf(core, 'research', { topic: 'When did the pump at the north gate fail?' })
    expect(found).toMatchObject({ tier: 'reflex', device: 'none', title: 'When did the pump at the north gate fail?' })
    expect(found.counts.verified).toBe(found.counts.quotes)
    expect(found.citations.some(({ quote, verified }) => verified && quote.includes('14:05'))).toBe(true)
    const { items } = await core.call('runs.list', { agent: 'research' })
    const paper = await core.call('answers.export', { runId: items[0]?.id, format: 'md' })
    expect(Buffer.from(paper.data, 'base64').toString()).toContain('14:05')
    const nothing = await findingsOf(core, 'research', { topic: 'Who sold the lighthouse?' })
    expect(nothing).toMatchObject({ claims: [], citations: [] })
  })

  test('summarise reads the document that a person names by its file', async () => {
    const found = await findingsOf(core, 'summarise', { document: 'order.md' })
    expect(found.title).toBe('order.md')
    expect(new Set(found.citations.map(({ file }) => file))).toEqual(new Set(['order.md']))
    expect(found.counts.verified).toBeGreaterThan(0)
  })

  test('compare says what each of both documents says', async () => {
    const found = await findingsOf(core, 'compare', {
      topic: 'What about the pump at the north gate?',
      first: 'log.md',
      second: 'order.md',
    })
    expect(new Set(found.citations.map(({ file }) => file))).toEqual(new Set(['log.md', 'order.md']))
    expect(found.claims.every(({ text }) => /^(log|order)\.md: /.test(text))).toBe(true)
  })

  test('redact-review shows what may not be handed on, and where', async () => {
    const found = await findingsOf(core, 'redact-review', { document: 'log.md' })
    expect(found.claims).toMatchObject([
      { supported: true, text: expect.stringContaining('an e-mail address: crew.seven@station.example.org') },
    ])
    expect(found.citations[0]?.quote).toContain('crew.seven@station.example.org')
  })

  test('extract-table takes the rows of a table document as they stand, and runs no formula', async () => {
    const text = await deliver(core, 'extract-table', { topic: 'Quays', columns: 'Quay; Note', document: 'depths.csv' }, 'table.csv')
    expect(text.split('\r\n')).toEqual([
      '"UNCLASSIFIED"',
      '"Quay","Note","Document","Place","Quote"',
      '"east","·=1+1","depths.csv","row 1","east | 7 | ·=1+1"',
      '"west","deep","depths.csv","row 2","west | 11 | deep"',
      '"UNCLASSIFIED"',
      '',
    ])
  })

  test('extract-table gives quotes with their places where no model sorts them into columns', async () => {
    const text = await deliver(core, 'extract-table', { topic: 'What did the repair cost?', columns: 'Cost' }, 'table.csv')
    expect(text).toContain('"Document","Place","Quote"')
    expect(text).toMatch(/"log\.md","[^"]+","[^"]*1,200 euros/)
  })

  test('plan proposes research for each part of the goal, and for all of it after them', async () => {
    const run = await start(core, 'plan', { goal: 'Why did the pump fail? What did it cost?' })
    const plan = MissionPlan.parse(await resultOf(core, run.id))
    expect(plan.shards.map(({ agent, after }) => [agent, after])).toEqual([
      ['research', []],
      ['research', []],
      ['research', ['s1', 's2']],
    ])
  })

  test('AGT-02 what is missing, too long, unknown or no document is refused before there is a run', async () => {
    const { total } = await core.call('runs.list')
    const codeOf = (agent: string, input: object) => core.codeOf('runs.start', { agent, input })
    expect(await codeOf('research', {})).toBe('agent.bad_input')
    expect(await codeOf('research', { topic: '   ' })).toBe('agent.bad_input')
    expect(await codeOf('research', { topic: 'x'.repeat(501) })).toBe('agent.bad_input')
    expect(await codeOf('research', { topic: 7 })).toBe('agent.bad_input')
    expect(await codeOf('research', { topic: 'x', more: 'y' })).toBe('agent.bad_input')
    expect(await codeOf('summarise', { document: 'nowhere.md' })).toBe('agent.bad_input')
    expect(await codeOf('compare', { topic: 'x', first: 'log.md' })).toBe('agent.bad_input')
    expect(await codeOf('nobody', { topic: 'x' })).toBe('agent.unknown')
    expect((await core.call('runs.list')).total).toBe(total)
  })

  test('AGT-01 a file of the site is offered once it is read again, and one that is wrong is told of', async () => {
    mkdirSync(core.paths.agents, { recursive: true })
    const own = readFileSync(join(import.meta.dirname, '../../main/agents/research.yaml'), 'utf8')
    const named = own
      .replace('name: research', 'name: scout')
      .replace('{ gather: gather, draft: draft }', '{ gather: research/gather, draft: research/draft }')
    writeFileSync(join(core.paths.agents, 'scout.yaml'), named)
    writeFileSync(join(core.paths.agents, 'bad.yaml'), 'name: [')
    expect(await core.codeOf('runs.start', { agent: 'scout', input: { topic: 'x' } })).toBe('agent.unknown')
    const { items, refused } = await core.call('agents.reload')
    expect([items.at(-1)?.name, items.at(-1)?.origin, refused.map(({ file, code }) => `${file} ${code}`)]).toEqual([
      'scout',
      'site',
      ['bad.yaml agent.not_yaml'],
    ])
    expect((await findingsOf(core, 'scout', { topic: 'When did the pump at the north gate fail?' })).citations.length).toBeGreaterThan(0)
    expect(faultsOf(core.paths)).toEqual([])
  })
})

describe('with a model that follows a script', () => {
  let made = 0
  async function edge(answers: ScriptedModel['answers']) {
    const script = scriptedModel(answers)
    made += 1
    const core = await openApp(join(folder, `edge-${made}`), { inference: script.inference })
    await core.ingest([papersAt])
    await core.call('models.import', { source: { path: tinyModels(folder, 3).decoder } })
    return { core, script }
  }

  test('CTX-09 what is sure to be needed stands before the first choice', async () => {
    const quote = 'Crew Seven repaired the pump before midnight'
    const passage = (prompt: string) => Number(/\[(\d+)\] log\.md/.exec(prompt)?.[1] ?? 0)
    const claims = (prompt: string) => JSON.stringify({ claims: [{ text: 'Crew Seven repaired it.', n: passage(prompt), quote }] })
    const { core, script } = await edge(['{"tool":"draft_report"}', claims])
    const run = await start(core, 'research', { topic: 'Who repaired the pump?' })
    expect(script.prompts[0]).toContain('search_holdings {')
    const types = await typesOf(core, run.id)
    expect(types.indexOf('tool.succeeded')).toBeLessThan(types.indexOf('model.requested'))
    expect(Findings.parse(await resultOf(core, run.id))).toMatchObject({
      tier: 'edge',
      claims: [{ supported: true }],
      counts: { verified: 1 },
    })
  })

  test('QUO-01 a cell that is not in its quote is left empty in the file', async () => {
    const rows = (prompt: string) =>
      JSON.stringify({
        rows: [
          {
            n: Number(/\[(\d+)\] log\.md/.exec(prompt)?.[1]),
            quote: 'The repair cost 1,200 euros in total',
            cells: { Cost: '1,200 euros', Day: 'Monday' },
          },
          { n: 1, quote: 'The moon is made of cheese entirely', cells: { Cost: 'cheese', Day: '' } },
        ],
      })
    const { core } = await edge([rows])
    const text = await deliver(core, 'extract-table', { topic: 'Costs', columns: 'Cost, Day' }, 'table.csv')
    const [, head, row, end] = text.split('\r\n')
    expect([head, end]).toEqual(['"Cost","Day","Document","Place","Quote"', '"UNCLASSIFIED"'])
    expect(row).toMatch(/^"1,200 euros","","log\.md","[^"]+","The repair cost 1,200 euros in total"$/)
  })

  test('a plan that a model makes is taken when it can be carried out, and by rule otherwise', async () => {
    const shards = [{ key: 's1', title: 'Costs', agent: 'research', input: { topic: 'What did the pump cost?' }, after: [] }]
    const circle = [{ ...shards[0], after: ['s1'] }]
    const { core } = await edge([JSON.stringify({ shards }), JSON.stringify({ shards: circle })])
    const planned = await start(core, 'plan', { goal: 'What did it cost?' })
    expect(await resultOf(core, planned.id)).toEqual({ shards })
    const ruled = await start(core, 'plan', { goal: 'What did it cost?' })
    expect(MissionPlan.parse(await resultOf(core, ruled.id)).shards.map(({ agent }) => agent)).toEqual(['research'])
  })

  test('a model that breaks after calls of its own leaves the agent its playbook', async () => {
    const script = scriptedModel(['{"tool":"list_documents","arguments":{"collection":null,"from":0}}'])
    let asked = 0
    const core = await openApp(join(folder, 'breaking'), {
      inference: (real) => {
        const made = script.inference(real)
        const chat: typeof made.chat = async (request) => {
          asked += 1
          return asked === 1 ? made.chat(request) : fail('model.failed', 'The model failed.', 'Try again.')
        }
        return { ...made, chat }
      },
    })
    await core.ingest([papersAt])
    await core.call('models.import', { source: { path: tinyModels(folder, 7).decoder } })
    const text = await deliver(core, 'report-writer', { topic: 'When did the pump at the north gate fail?' }, 'report.md')
    expect(text).toContain('14:05')
    const run = (await core.call('runs.list')).items[0]
    const calls = (await core.call('steps.list', { runId: run?.id })).items.filter(({ kind }) => kind === 'tool').map(({ name }) => name)
    expect(calls).toEqual(['list_documents', 'search_holdings', 'write_file'])
  })

  test('redact-review asks no model', async () => {
    const { core, script } = await edge([])
    expect((await findingsOf(core, 'redact-review', { document: 'log.md' })).tier).toBe('reflex')
    expect(script.prompts).toEqual([])
  })
})

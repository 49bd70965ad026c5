/** Missions over a whole core whose model follows a script: it asks for a task of its own accord, and what it has no room for is handed on by rule. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { missionApprove, missionShow } from '../../main/cli/missions.ts'
import { installedAgents } from '../../main/composition/read-agents.ts'
import type { CallOutput } from '../../main/contract/calls.ts'
import { AgentDefinition, type InstalledAgent } from '../../main/domain/agent.ts'
import { labelFromName, unclassified } from '../../main/domain/label.ts'
import { ok } from '../../main/domain/result.ts'
import { commandCore } from '../support/command-core.ts'
import { tinyModels } from '../support/models.ts'
import { type OpenApp, openApp } from '../support/open-app.ts'
import { scriptedModel } from '../support/scripted-model.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

type Mission = CallOutput<'missions.get'>

const folder = temporaryFolder()
const quote = 'The pump at the north gate failed at 14:05 on Tuesday'
/** A claim from whichever passage says it. */
function claims(prompt: string): string {
  const passages = [...prompt.matchAll(/\[(\d+)\] [^\n]*\n([\s\S]*?)(?=\n\n\[\d|\n\nQuestion:|$)/g)]
  const n = Number(passages.find(([, , text]) => text?.includes(quote))?.[1] ?? 0)
  return JSON.stringify({ claims: [{ text: 'The pump failed.', n, quote }] })
}
const draft = '{"tool":"draft_report"}'
const asks = JSON.stringify({
  tool: 'delegate',
  arguments: { agent: 'research', title: 'Who repaired it', input: { topic: 'Who repaired the pump?' } },
})
const shard = (key: string, topic: string, after: readonly string[] = []) => ({
  ...{ key, title: `Find ${key}`, agent: 'research', input: { topic }, after },
})
/** What three others leave unspent, the last one may have spent for it. */
const plan = {
  shards: [shard('s1', 'The pump'), shard('s2', 'The gate'), shard('s3', 'The crew'), shard('s4', 'The whole pump', ['s1', 's2', 's3'])],
}

interface Script {
  readonly plan: object
  /** The next call of the run that works on this topic, by what it was shown. */
  readonly choose: (prompt: string) => string
  readonly contextTokens: number
  readonly agents?: readonly InstalledAgent[]
}

let made = 0
async function open({ plan: planned, choose, contextTokens, agents }: Script) {
  const answer = (prompt: string): string => {
    if (prompt.includes('You split a goal')) return JSON.stringify(planned)
    return prompt.includes('What is the next call?') ? choose(prompt) : claims(prompt)
  }
  const script = scriptedModel(Array.from({ length: 200 }, () => answer))
  made += 1
  const core = await openApp(join(folder, `core-${made}`), {
    ...(agents === undefined ? {} : { agents }),
    inference: (real) => {
      const played = script.inference(real)
      return {
        ...played,
        countTokens: async (...args) => {
          const counted = await played.countTokens(...args)
          return counted.ok ? ok({ ...counted.value, contextTokens }) : counted
        },
      }
    },
  })
  await core.call('station.configure', { ceiling: 'secret' })
  await core.call('models.import', { source: { path: tinyModels(folder, 6).decoder } })
  return { core, script }
}
async function put(core: OpenApp, name: string, level: string, text: string) {
  const file = join(folder, `${name}-${made}.md`)
  writeFileSync(file, text)
  await core.ingest([file], { collection: name, level })
}
async function until(core: OpenApp, missionId: string, what: (mission: Mission) => boolean): Promise<Mission> {
  for (;;) {
    const moved = core.next((item) => (item.kind === 'event' ? item : null))
    const mission = await core.call('missions.get', { missionId })
    if (what(mission)) return mission
    await moved
  }
}
const at = (gate: string) => (mission: Mission) => mission.openGate?.gate === gate
async function committed(core: OpenApp): Promise<string> {
  const { missionId } = await core.call('missions.start', { goal: 'What is known of the pump?', label: unclassified })
  const { plan: shown } = await until(core, missionId, at('G2'))
  await core.call('missions.decide', { missionId, gate: 'G2', decision: 'approve', commitment: shown?.commitment })
  return missionId
}
const log = `# Log\n\n${quote}. Crew Seven repaired the pump before midnight.\n`
const callsOf = async (core: OpenApp, runId: string) =>
  (await core.call('steps.list', { runId })).items.filter(({ name }) => name === 'delegate')

describe('a model that asks for a task', () => {
  test('AGT-02 BB-03 a task names its document as a plan does, is given it by its id, and none that the mission did not see', async () => {
    const wanted = (file: string) =>
      JSON.stringify({ tool: 'delegate', arguments: { agent: 'summarise', title: 'The log', input: { document: file } } })
    const names = ['nowhere.md', `Log-${made + 1}.md`]
    const { core } = await open({
      plan,
      contextTokens: 16_384,
      choose: (prompt) => (prompt.includes('Find s4\nWhat is') && names.length > 0 ? wanted(names.shift() ?? '') : draft),
    })
    await put(core, 'Log', 'unclassified', log)
    const joined = await until(core, await committed(core), at('G4'))
    const [{ id, file } = { id: '', file: '' }] = (await core.call('documents.list')).items
    expect(joined.shardList.slice(4)).toMatchObject([
      {
        key: 'd1',
        agent: 'summarise',
        input: { document: id },
        documents: [{ field: 'document', documentId: id, file }],
        status: 'accepted',
      },
    ])
    const calls = await callsOf(core, joined.shardList[4]?.askedBy ?? '')
    expect(calls.map(({ phase, failure }) => [phase, failure])).toEqual([
      ['failed', 'plan.unknown_document'],
      ['succeeded', null],
    ])
    await core.app.close()
  })

  test('BB-03 LBL-01 within what the plan has left nobody is asked: the task stands in the mission with who asked for it, and in its report', async () => {
    const { core, script } = await open({
      plan,
      contextTokens: 16_384,
      choose: (prompt) => (prompt.includes('Find s4\nWhat is') && !prompt.includes('delegate {') ? asks : draft),
    })
    await put(core, 'Log', 'unclassified', log)
    await put(core, 'Closed', 'secret', `# Closed\n\nThe whole pump of the north gate is watched by a transmitter.\n`)
    const joined = await until(core, await committed(core), at('G4'))
    const [, , , asker, asked] = joined.shardList
    expect(asked).toMatchObject({ key: 'd1', title: 'Who repaired it', agent: 'research', status: 'accepted' })
    expect(asked?.askedBy).toBe(asker?.runs[0]?.runId)
    expect(joined.report?.content.sections.map(({ key }) => key)).toEqual(['s1', 's2', 's3', 's4', 'd1'])
    const [call] = await callsOf(core, asker?.runs[0]?.runId ?? '')
    expect(call).toMatchObject({ phase: 'succeeded', risk: 'delegate', effect: 'idempotent' })
    // What was asked for carries what whoever asked had read.
    expect(joined.label).toEqual(labelFromName('secret'))
    const run = await core.call('runs.get', { runId: asked?.runs[0]?.runId })
    expect([run.depth, run.label.level]).toEqual([2, 'secret'])
    // It is offered to whoever may use it, with those who could be given a task, and to nobody else.
    const choices = script.prompts.filter((prompt) => prompt.includes('What is the next call?'))
    expect(choices.filter((prompt) => prompt.includes('Who repaired it\nWhat is')).join()).not.toContain('\ndelegate: ')
    expect(choices.find((prompt) => prompt.includes('Find s4\nWhat is'))).toMatch(/\ndelegate: .*\n[\s\S]*\nAgents:\nresearch: /)
    const shown = await missionShow(commandCore(core.app), joined.id)
    expect(shown.ok && shown.value.lines.find((line) => line.trim().startsWith('d1'))).toContain(`asked for by ${asked?.askedBy}`)
    for (const runId of [asker?.runs[0]?.runId, asked?.runs[0]?.runId]) {
      const { contexts } = await core.call('runs.replay', { runId })
      expect(contexts.same).toBe(contexts.total)
    }
  })

  test('HUM-03 beyond what the plan has left a person is asked, with the exact task; nothing begins before', async () => {
    const { core } = await open({
      plan: { shards: [shard('s1', 'The whole pump')] },
      contextTokens: 16_384,
      choose: (prompt) => (prompt.includes('Find s1\nWhat is') && !prompt.includes('delegate {') ? asks : draft),
    })
    await put(core, 'Log', 'unclassified', log)
    const { missionId } = await core.call('missions.start', { goal: 'What is known of the pump?', label: unclassified, tokensMax: 300_000 })
    const hash = (await until(core, missionId, at('G2'))).plan?.commitment.value
    // Whoever commits it from the line is told that it waits, and where.
    const told = await missionApprove(commandCore(core.app), missionId, 'G2', { isYes: true, hash, confirm: null })
    if (!told.ok) throw new Error(told.error.code)
    const { value: waiting, lines } = told.value
    const runId = waiting.shardList[0]?.runs[0]?.runId
    expect([waiting.gate, waiting.shardList.length]).toEqual([null, 1])
    expect(lines.find((line) => line.includes(' s1 '))).toContain(`waits: holdfast runs show ${runId}`)
    const [item] = (await core.call('approvals.list')).items
    const request = await core.call('approvals.get', { holdId: item?.holdId })
    expect(JSON.parse(request.arguments ?? '')).toMatchObject({ agent: 'research', title: 'Who repaired it' })
    // What is left is less than its agent may spend; until a person answers it could be more, but not more than was shown.
    expect(request.preview?.summary).toContain('It may spend 200000 tokens at most.')
    await core.call('approvals.approve', { holdId: request.holdId, argumentsHash: request.argumentsHash })
    const joined = await until(core, missionId, at('G4'))
    expect(joined.shardList.map(({ key, status }) => `${key} ${status}`)).toEqual(['s1 accepted', 'd1 accepted'])
    expect(joined.shardList[1]?.tokensMax).toBeLessThan(100_000)
  })

  test('a run that a person started by itself is not offered it, and where it is tried all the same the run is told why not', async () => {
    const { core, script } = await open({
      plan,
      contextTokens: 16_384,
      choose: (prompt) => (prompt.includes('mission.none') ? draft : asks),
    })
    await put(core, 'Log', 'unclassified', log)
    const { runId } = await core.call('runs.start', { agent: 'research', input: { topic: 'The whole pump' } })
    expect((await core.settled(runId)).status).toBe('complete')
    expect(script.prompts.join()).not.toMatch(/\ndelegate: Give|\nAgents:/)
    expect((await callsOf(core, runId)).map(({ phase, failure }) => [phase, failure])).toEqual([['failed', 'mission.none']])
  })
})

test('INJ-01 what a model wrote into a task says to nobody where an effect goes, though it is what the run was given', async () => {
  const filer: InstalledAgent = {
    prompts: {},
    definition: AgentDefinition.parse({
      ...{ name: 'filer', title: 'Filer', responsibility: 'Files one note.', summary: 'Files a note.', level: 3, output: 'findings' },
      ...{
        titleFrom: 'topic',
        draftFrom: 'topic',
        tools: ['search_holdings', 'write_file'],
        offers: [],
        stepsMax: 5,
        budget: { tokensMax: 20_000 },
      },
      input: ['topic', 'file'].map((name) => ({ name, title: name, isRequired: true, charsMax: 80, default: null })),
      playbook: [
        { tool: 'search_holdings', arguments: { query: '$input.topic' } },
        { tool: 'write_file', arguments: { name: '$input.file', text: 'Filed.' } },
      ],
      ...{ writes: ['*.md'], runbook: 'Read the note.' },
    }),
  }
  const input = { topic: 'The pump', file: 'orders.md' }
  const { core } = await open({
    plan: { shards: [...plan.shards, { key: 's5', title: 'File it', agent: 'filer', input, after: [] }] },
    contextTokens: 16_384,
    choose: (prompt) => {
      const isAsking = prompt.includes('Find s4\nWhat is') && !prompt.includes('delegate {')
      const given = { agent: 'filer', title: 'File it, too', input: { topic: 'The gate', file: 'orders.md' } }
      return isAsking ? JSON.stringify({ tool: 'delegate', arguments: given }) : draft
    },
    agents: [...installedAgents(), filer],
  })
  await put(core, 'Log', 'unclassified', log)
  const missionId = await committed(core)
  const statusOf = (mission: Mission, key: string) => mission.shardList.find((one) => one.key === key)?.status
  const over = await until(core, missionId, (mission) => statusOf(mission, 'd1') === 'failed')
  const run = (key: string) => over.shardList.find((one) => one.key === key)?.runs[0]
  expect(run('d1')).toMatchObject({ status: 'failed', code: 'tool.tainted_argument' })
  // The very same words, where a person committed them, are put before a person as the call that they lead to.
  expect((await core.settled(run('s5')?.runId ?? '')).status).toBe('held')
})

describe('CTX-04 passages that a draft has no room for', () => {
  const many = `# Log\n\n${Array.from({ length: 8 }, (_, n) => `## Part ${n}\n\n${quote}, says part ${n} of the whole pump. ${'The whole pump was looked at again and again. '.repeat(14)}`).join('\n\n')}\n`
  const handedOn = (shards: Mission['shardList']) => shards.filter(({ askedBy }) => askedBy !== null)

  test('CTX-04 go to one more run of the same agent, where the plan has tokens left for it; the draft is made from what fits', async () => {
    const { core } = await open({ plan, contextTokens: 2_600, choose: () => draft })
    await put(core, 'Log', 'unclassified', many)
    const joined = await until(core, await committed(core), at('G4'))
    const all = handedOn(joined.shardList)
    const askers = all.map(({ askedBy }) => joined.shardList.find(({ runs }) => runs[0]?.runId === askedBy))
    // Once in a run; those that ran while nothing was left over asked nobody, and what fitted was enough.
    expect([new Set(askers).size, askers.some((one) => one?.key === 's4'), askers.some((one) => one?.key === 's1')]).toEqual([
      all.length,
      true,
      false,
    ])
    const [asked, asker] = [all[0], askers[0]]
    expect(asked?.input).toEqual(asker?.input)
    const passagesOf = async (runId = '') => {
      const { items } = await core.call('runs.events', { runId, limit: 200 })
      return items.flatMap(({ event }) => (event.type === 'context.built' ? event.passages : []))
    }
    const [call] = await callsOf(core, asked?.askedBy ?? '')
    const input = JSON.parse((await core.call('bodies.read', { runId: asked?.askedBy, body: call?.input })).text ?? '')
    const [own, theirs] = [await passagesOf(asked?.askedBy ?? ''), await passagesOf(asked?.runs[0]?.runId)]
    expect(input.passages.length).toBeGreaterThan(0)
    expect(input.passages.filter((one: string) => own.includes(one))).toEqual([])
    expect(theirs[0]).toBe(input.passages[0])
    expect(joined.report?.content.sections.map(({ key }) => key)).toContain('d1')
  })

  test('CTX-04 stay where a person would have to be asked, and where everything fits', async () => {
    const single = { shards: [shard('s1', 'The whole pump')] }
    const small = await open({ plan: single, contextTokens: 2_600, choose: () => draft })
    await put(small.core, 'Log', 'unclassified', many)
    const tight = await until(small.core, await committed(small.core), at('G4'))
    expect(handedOn(tight.shardList)).toEqual([])
    const large = await open({ plan, contextTokens: 60_000, choose: () => draft })
    await put(large.core, 'Log', 'unclassified', many)
    const ample = await until(large.core, await committed(large.core), at('G4'))
    expect(handedOn(ample.shardList)).toEqual([])
  })
})

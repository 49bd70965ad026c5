/** Gates before the effect, over a real store: whoever wants a call, it passes the same; nothing is made without a receipt. */
import { afterEach, describe, expect, test } from 'vitest'
import type { GateReceipt } from '../../main/domain/call-gates.ts'
import type { CheckVerdict } from '../../main/domain/check.ts'
import { ok } from '../../main/domain/result.ts'
import { createSession, type Session } from '../../main/runs/session.ts'
import { createToolBreakers } from '../../main/runs/tool-breakers.ts'
import { advance, checkCall, type GatedAgent, type ToolParts } from '../../main/runs/tool-step.ts'
import { findTool } from '../../main/tools/registry.ts'
import { gatedAgent } from '../support/plain-agent.ts'
import { newId, openRunStore, type RunStore } from '../support/run-store.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'
import { testId } from '../support/test-core.ts'
import { toolContext } from '../support/tool-context.ts'

const opened: RunStore[] = []
afterEach(() => {
  for (const store of opened.splice(0)) store.close()
})

const allowed: CheckVerdict = { isAllowed: true }
const denied: CheckVerdict = { isAllowed: false, code: 'label.above_ceiling', retryAtMs: null, needsPerson: false }

function scene(definition: GatedAgent = gatedAgent(['calculate', 'read_document']), verdict = allowed, input = '{}') {
  const store = openRunStore(temporaryFolder())
  opened.push(store)
  const runId = store.start()
  const epoch = store.launch(runId)
  let asked = 0
  const verdictOn = async () => {
    asked += 1
    return verdict
  }
  const session = createSession({
    ...{ journal: store.journal, readBody: store.bodies.read, newId, quotaLeft: store.ledger.left, runId, epoch, input, verdictOn },
    ...{ signal: new AbortController().signal, failpoint: () => undefined },
  })
  const parts: ToolParts & { readonly definition: GatedAgent } = {
    ...{ definition, findTool, contextOf: () => toolContext(), breakers: createToolBreakers(Date.now), newId, checks: { verdictOn } },
    ...{ deadline: () => null, isGuarded: () => false, writeTurn: () => 'go' as const, onDefect: () => undefined },
  }
  /** Proposes a call as the agent does, and takes it to its end. */
  async function make(tool: string, wanted: unknown, isPlanned: boolean): Promise<string | null> {
    const trusted = new Set<string>()
    const checked = checkCall(parts, definition, { tool, arguments: wanted }, { isPlanned, trusted })
    if ('code' in checked) return checked.code
    const { effect, risk, name } = checked.tool
    await session.propose({ tool: name, effect, risk, input: checked.input, bytesMax: checked.bytesMax, tainted: [] })
    const step = store.run(runId).steps.at(-1)
    if (step === undefined) throw new Error('nothing was proposed')
    await advance(parts, session, step)
    return store.run(runId).steps.at(-1)?.failureCode ?? null
  }
  return { store, runId, session, make, asked: () => asked, types: () => store.typesOf(runId) }
}

const propose = async (session: Session) => {
  const proposed = await session.propose({
    tool: 'calculate',
    effect: 'read',
    risk: 'compute',
    input: '{"expression":"6 * 7"}',
    bytesMax: 0,
    tainted: [],
  })
  return proposed.ok ? proposed.value : ''
}

describe('VAL-04 nothing is made without its receipt', () => {
  test.each([
    ['none', undefined],
    ['one that looks like it', { stepId: 'stp', epoch: 1 }],
  ])('VAL-04 with %s the call is refused, on record, and its work is not begun', async (_what, receipt) => {
    const { session, store, runId, types } = scene()
    const stepId = await propose(session)
    let isBegun = false
    const made = await session.perform(stepId, receipt as unknown as GateReceipt, async () => {
      isBegun = true
      return { text: '', failureCode: null, isBeforeEffect: false, bytesWritten: 0, label: null }
    })
    expect([made.ok, isBegun, types().includes('tool.dispatched')]).toEqual([false, false, false])
    expect(store.run(runId).steps.map(({ phase, failureCode }) => [phase, failureCode])).toEqual([
      ['failed_before_effect', 'gate.no_receipt'],
    ])
  })

  test('VAL-04 an agent cannot order an effect by itself', async () => {
    const { session, types } = scene()
    const stepId = await propose(session)
    const order = { type: 'tool.dispatch', stepId, epoch: session.epoch } as never
    expect(() => session.send(() => [order])).toThrow('receipt')
    expect(types()).not.toContain('tool.dispatched')
  })
})

describe('VAL-03 whoever wants a call', () => {
  const call = { expression: '6 * 7' }
  test.each([
    ['a person, by the plan', true],
    ['a model', false],
  ])('VAL-03 %s: it passes the same gates, and is stopped by the same', async (_who, isPlanned) => {
    const passing = scene()
    expect([await passing.make('calculate', call, isPlanned), passing.asked()]).toEqual([null, 1])
    const stopped = scene(undefined, denied)
    expect([await stopped.make('calculate', call, isPlanned), stopped.asked()]).toEqual(['label.above_ceiling', 1])
    expect(stopped.types()).not.toContain('tool.dispatched')
    // What its form or a rule forbids is asked nothing more about.
    const malformed = scene()
    expect([await malformed.make('calculate', { expression: 7 }, isPlanned), malformed.asked()]).toEqual(['tool.bad_arguments', 0])
    const forbidden = scene(gatedAgent([]))
    expect([await forbidden.make('calculate', call, isPlanned), forbidden.asked()]).toEqual(['tool.not_allowed', 0])
  })

  test('VAL-03 a question that a person asks is looked up behind the same gates', async () => {
    const search = (session: Session) => session.tool('search_holdings', 'pump', async () => ok({ text: '[]', label: null }))
    const passing = scene()
    expect([(await search(passing.session)).ok, passing.asked()]).toEqual([true, 1])
    const stopped = scene(undefined, denied)
    expect(await search(stopped.session)).toMatchObject({ ok: false, error: { code: 'label.above_ceiling' } })
    expect(stopped.types()).not.toContain('tool.dispatched')
  })

  test('VAL-04 what was right when it was proposed is looked at again before it is made', async () => {
    const { session, store, runId, types } = scene()
    const stepId = await propose(session)
    const definition = gatedAgent([])
    const parts = { definition, findTool, contextOf: () => toolContext(), breakers: createToolBreakers(Date.now), newId }
    const more = {
      checks: { verdictOn: async () => allowed },
      deadline: () => null,
      isGuarded: () => false,
      writeTurn: () => 'go' as const,
    }
    const step = store.run(runId).steps.find(({ id }) => id === stepId)
    if (step === undefined) throw new Error('nothing was proposed')
    await advance({ ...parts, ...more, onDefect: () => undefined }, session, step)
    expect(store.run(runId).steps[0]).toMatchObject({ phase: 'failed_before_effect', failureCode: 'tool.not_allowed' })
    expect(types()).not.toContain('tool.dispatched')
  })
})

describe('VAL-05 how much is looked into', () => {
  const [given, invented] = [testId('doc', 1), testId('doc', 2)]
  const input = JSON.stringify({ fields: { document: given } })
  const failure = (level: number, documentId: string) =>
    scene(gatedAgent(['read_document'], { level }), allowed, input).make('read_document', { documentId }, false)

  test('VAL-05 an agent of a low level may read no document that nobody showed to its run', async () => {
    for (const level of [0, 1, 2]) {
      expect(await failure(level, invented)).toBe('gate.unseen_document')
      expect(await failure(level, given)).not.toBe('gate.unseen_document')
    }
  })
  test('VAL-05 one of a high level is looked into where it counts: what is not there, its tool tells', async () => {
    for (const level of [3, 5]) expect(await failure(level, invented)).not.toBe('gate.unseen_document')
  })
})

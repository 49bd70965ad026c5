/** Runs that may go up a tier, over a real store: the real agents, a scripted model here, and a scripted endpoint beyond. */
import { createHash } from 'node:crypto'
import { afterAll } from 'vitest'
import * as z from 'zod'
import type { AgentDefinition } from '../../main/domain/agent.ts'
import type { ContextAllowance } from '../../main/domain/context-window.ts'
import { type Label, unclassified } from '../../main/domain/label.ts'
import type { SanitiseRule } from '../../main/domain/policy.ts'
import { portionOf } from '../../main/domain/reply-marks.ts'
import { fail, ok, type Result } from '../../main/domain/result.ts'
import type { RunCommand } from '../../main/domain/run/commands.ts'
import type { Step } from '../../main/domain/run/state.ts'
import { createFindAll } from '../../main/policy/patterns.ts'
import { createAskAgent } from '../../main/runs/ask.ts'
import type { CarriedBundle } from '../../main/runs/context-bundles.ts'
import { createCrossings } from '../../main/runs/crossing.ts'
import type { DraftParts, FoundPassage } from '../../main/runs/draft.ts'
import { createToolAgent } from '../../main/runs/tool-agent.ts'
import type { Tool } from '../../main/tools/tool.ts'
import type { ChatRequest, Failpoint } from '../../main/world.ts'
import { id } from '../domain/run/scenario.ts'
import { plainAgent } from './plain-agent.ts'
import { newId, openRunStore, person, type RunStore, type RunStoreOptions } from './run-store.ts'
import type { ScriptedOutside } from './scripted-outside.ts'
import { delegation } from './tool-context.ts'

export const quote = 'The pump at the north gate failed at 14:05 on Tuesday'
/** What a model answers that keeps to its form. */
export const claims = (text = 'The pump failed at 14:05.', from = quote): string =>
  JSON.stringify({ claims: [{ text, n: 1, quote: from }] })

export const passage = (n: number, text: string, label: Label = unclassified): FoundPassage => ({
  ...{ passage: n, passageId: `${id('doc', n)}.0`, documentId: id('doc', n), file: `paper-${n}.md`, heading: '', text, label },
  ...{ locator: { kind: 'lines', from: 1, to: 1 }, anchors: [] },
})
export const oneFact = [passage(1, `${quote}, and Crew Seven repaired it.`)]

export interface CrossingScene {
  /** What the search finds. */
  readonly passages?: readonly FoundPassage[]
  /** The model here, if any. */
  readonly here?: ((request: ChatRequest) => string | null) | null
  readonly rules?: readonly SanitiseRule[]
  readonly expiresAtMs?: number
  /** The reflex is broken as well. */
  readonly isQuotingBroken?: boolean
  readonly failpoint?: Failpoint
  /** What something that was read is labelled now. */
  readonly labelOfHeld?: () => Label
  /** Of the model here. */
  readonly contextTokens?: number
  readonly allowance?: ContextAllowance
  /** What a call of `look` comes to; thrown, it is its failure. */
  readonly looked?: (word: string) => Result<string>
  /** What earlier attempts handed on. */
  readonly carried?: readonly CarriedBundle[]
  readonly hooks?: Pick<RunStoreOptions, 'onStopped' | 'beforeList' | 'workers'>
}

const gone = fail('child.crash', 'It is gone.', 'Try again.')
const served = { reusedTokens: 0, firstTokenMs: 1, totalMs: 2 }
const lookOf = (looked: (word: string) => Result<string>): Tool<{ word: string }> => ({
  ...{
    name: 'look',
    summary: 'Look',
    input: z.strictObject({ word: z.string() }),
    effect: 'read',
    risk: 'read',
    timeoutMs: 1_000,
    trusted: [],
  },
  estimateBytes: () => 0,
  preview: async () => ok({ summary: '', diff: null, undo: null }),
  perform: async ({ word }) => {
    const found = looked(word)
    if (!found.ok) return found
    const artifacts = [{ kind: 'passage', passageId: `${id('doc')}.0`, documentId: id('doc') } as const]
    return ok({ output: found.value, artifacts, label: null, bytesWritten: 0 })
  },
})
const handIn: Tool<{ text: string }> = {
  ...{
    name: 'hand_in',
    summary: 'Hand in',
    input: z.strictObject({ text: z.string() }),
    effect: 'idempotent',
    risk: 'note',
    timeoutMs: 1_000,
    trusted: [],
  },
  estimateBytes: () => 0,
  preview: async () => ok({ summary: '', diff: null, undo: null }),
  perform: async ({ text }) => ok({ output: text, artifacts: [], label: null, bytesWritten: 0 }),
}
const definition: AgentDefinition = {
  ...plainAgent,
  ...{ name: 'writer', title: 'Writer', summary: 'Writes', input: [], titleFrom: 'topic', tools: ['look', 'hand_in'], offers: ['look'] },
  ...{ stepsMax: 8, budget: {}, playbook: [{ tool: 'look', arguments: { word: 'pump' } }], draftFrom: 'topic' },
  deliver: { tool: 'hand_in', arguments: { text: '$draft' } },
  ...{ allowedDataSources: ['*'], deniedDataSources: [] },
}

export interface OpenCrossings extends RunStore {
  /** Starts a question, and leads it to where it ends or waits. */
  ask(tier?: string | null, change?: object): Promise<string>
  write(tier?: string | null): Promise<string>
  /** Decides on what waits, and leads the run on. */
  decide(runId: string, command: 'once' | 'run' | 'never'): Promise<void>
  crossing(runId: string): Step | undefined
  types(runId: string): readonly string[]
  result(runId: string): Record<string, unknown>
}

export function openCrossings(folder: string, scripted: ScriptedOutside, scene: CrossingScene = {}): OpenCrossings {
  const { contextTokens = 8_192, allowance = { shareMax: 0.5, exemptionId: id('exm') }, looked = (word: string) => ok(word) } = scene
  const usage = { ...served, contextTokens }
  const tools = new Map<string, Tool<never>>([lookOf(looked), handIn].map((tool) => [tool.name, tool as unknown as Tool<never>]))
  const { passages = oneFact, here = () => claims(), rules, expiresAtMs, isQuotingBroken = false, failpoint = () => undefined } = scene
  const sha256 = (data: Uint8Array | string) => createHash('sha256').update(data).digest('hex')
  const countTokens: DraftParts['inference']['countTokens'] = async (_modelId, messages) =>
    ok({ tokens: Math.ceil(messages.map(({ text }) => text).join('').length / 4), contextTokens: usage.contextTokens })
  const inference: DraftParts['inference'] = {
    countTokens,
    chat: async (request) => {
      const text = here?.(request) ?? null
      return text === null ? gone : ok({ text, stop: 'end', device: 'cpu', promptTokens: 9, completionTokens: 9, ...usage })
    },
  }
  const found = async (): Promise<Result<readonly FoundPassage[]>> => ok(passages)
  const parts = (): DraftParts => ({
    ...{
      inference,
      digestOf: () => null,
      allowance: () => allowance,
      redact: (text: string) => text,
      labelOf: (body) => runs.bodies.labelOf(body),
      heldBy: async () => [],
    },
    quoteOnly: async () => (isQuotingBroken ? gone : ok([{ text: 'It was quoted.', n: 1, quote }])),
    live: { stage: () => undefined, text: () => undefined, claim: () => undefined },
    goUp: createCrossings({
      ...{ outside: scripted.outside, endpoints: scripted.endpoints, rules: () => rules ?? scripted.policy.sanitise },
      ...{ findAll: createFindAll(), readPortion: portionOf, countTokens, sha256, newId, failpoint },
      ...{ deadline: () => expiresAtMs ?? null, onSending: () => undefined },
    }),
  })
  const late = parts()
  const ask = createAskAgent({ ...late, search: found, readPassages: found, instructionsOf: () => ok('Answer.') })
  const writer = createToolAgent({
    ...{
      ...late,
      definition,
      promptOf: (_run, use) => ok(use === 'gather' ? 'Choose.' : 'Draft.'),
      passagesOf: () => [],
      agents: () => [],
      delegationOf: () => delegation,
      findMore: () => [],
      writeTurn: () => 'go',
      readPassages: found,
      clock: Date.now,
    },
    ...{ findTool: (name: string) => tools.get(name) ?? null, newId, deadline: () => null },
    isGuarded: () => false,
    carried: () => scene.carried ?? [],
    contextOf: ({ runId, signal }, stepId) => ({ runId, stepId, signal }) as never,
    labelOfHeld: scene.labelOfHeld ?? (() => null),
    breakers: { admit: () => true, succeeded: () => undefined, failed: () => undefined },
    checks: { verdictOn: async () => ({ isAllowed: true }) as never },
    onDefect: (_where, error) => {
      throw error
    },
  })
  const runs: RunStore = openRunStore(folder, { agents: { ask, writer }, ...scene.hooks, failpoint })
  afterAll(runs.stop)
  const modelId = here === null ? null : id('mdl')
  const lead = async (runId: string) => {
    await runs.settle(runId)
    return runId
  }
  const crossing = (runId: string) => runs.run(runId).steps.findLast(({ name }) => name === 'cross_boundary')
  return {
    ...runs,
    ask: (tier = null, change = {}) =>
      lead(
        runs.start({
          agent: 'ask',
          input: JSON.stringify({ question: 'When did the pump fail?', collection: null, modelId, top: 8, tier, ...change }),
        }),
      ),
    write: (tier = null) =>
      lead(runs.start({ agent: 'writer', input: JSON.stringify({ title: 'The pump', fields: { topic: 'The pump' }, modelId, tier }) })),
    decide: async (runId, way) => {
      const step = crossing(runId)
      const hold = runs.run(runId).holds.find(({ stepId }) => stepId === step?.id)
      if (step === undefined || hold === undefined) throw new Error('nobody is asked')
      const of = { stepId: step.id, holdId: hold.id }
      const command: RunCommand =
        way === 'never'
          ? { type: 'tool.reject', ...of, feedback: null, isRevision: false }
          : { type: 'tool.approve', ...of, commitment: step.input.commitment, scope: way }
      const sent = runs.journal.send(runId, () => [command], person)
      if (!sent.ok) throw new Error(sent.error.code)
      await runs.settle(runId)
    },
    crossing,
    types: runs.typesOf,
    result: (runId) => {
      const run = runs.run(runId)
      if (run.status !== 'complete') throw new Error(`the run is ${run.status}`)
      return JSON.parse(runs.bodies.read(run.result.body) ?? 'null')
    },
  }
}

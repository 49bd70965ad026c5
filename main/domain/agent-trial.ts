/** What a definition would have made of a recorded run: what it wants at each place where the run stood, held against what its own agent wanted there. Pure. */
import * as z from 'zod'
import { AgentName } from './agent.ts'
import { ContextBand } from './context-window.ts'
import { idOf } from './ids.ts'
import { Label } from './label.ts'
import { PrefetchChange } from './prefetch-change.ts'

const count = z.int().min(0)

/** A prompt in its window. `isOver`: it does not fit under the limit, and goes to no model. */
export const PromptSize = z.strictObject({
  tokens: count,
  contextTokens: count,
  share: z.number().min(0),
  band: ContextBand,
  isOver: z.boolean(),
  /** Parts that there was no room for, or that are over. */
  leftOut: count,
})
export type PromptSize = z.infer<typeof PromptSize>

export const trialStates = ['same', 'differs', 'unjudged'] as const
const TrialState = z.enum(trialStates)
export type TrialState = z.infer<typeof TrialState>

export const TrialStep = z.strictObject({
  ordinal: count,
  stepId: idOf('stp'),
  kind: z.enum(['model', 'tool']),
  name: z.string(),
  state: TrialState,
  /** In sentences: what is otherwise, or why it cannot be said. */
  says: z.array(z.string()),
  /** Null of a model call. `documents`: what it read; `denied`: how many of them the definition may not retrieve. */
  call: z
    .strictObject({ mayBeMade: z.boolean(), neededPerson: z.boolean(), needsPerson: z.boolean(), documents: count, denied: count })
    .nullable(),
  /** Null where no model of this machine was shown anything. `isEstimated`: nobody who serves here could count it as its model did. */
  context: z.strictObject({ before: PromptSize.nullable(), now: PromptSize.nullable(), isEstimated: z.boolean() }).nullable(),
})
export type TrialStep = z.infer<typeof TrialStep>

const TrialEnd = z.strictObject({ state: TrialState, says: z.array(z.string()) })

export const AgentTrial = z.strictObject({
  runId: idOf('run'),
  /** Of the definition that was tried, and of the run's own agent. */
  name: AgentName,
  agent: z.string(),
  label: Label,
  verdict: z.enum(['same', 'differs', 'unjudged', 'not_started']),
  /** The first step that would be another; null where none would, or only the end. */
  differsAt: count.nullable(),
  summary: z.string(),
  start: z.strictObject({
    /** Why the run would not have begun; null = it would. */
    refusal: z.string().nullable(),
    /** Tools that are called before anything is chosen. */
    prefetch: PrefetchChange,
  }),
  steps: z.array(TrialStep),
  /** Null where the run would not have begun, or did not end by itself. */
  end: TrialEnd.nullable(),
  /** Steps of which nothing can be said. */
  unjudged: count,
})
export type AgentTrial = z.infer<typeof AgentTrial>

/** What an agent wants next. */
export type Want =
  | { readonly kind: 'call'; readonly tool: string; readonly input: string; readonly tainted: readonly string[] }
  /** The call that was chosen is made, or put to a person. */
  | { readonly kind: 'make' | 'person'; readonly tool: string }
  | { readonly kind: 'refuse'; readonly tool: string | null; readonly code: string }
  /** `rule`: how it drafts without a model. */
  | { readonly kind: 'model'; readonly tier: string; readonly prompt: string; readonly rule: string | null }
  | { readonly kind: 'stop'; readonly code: string }
  | { readonly kind: 'end'; readonly text: string }

/** How an agent wants it, with the size of what it would show to a model. */
export interface Wanted {
  readonly want: Want
  readonly size: PromptSize | null
}

/** What is known of one step, under the definition that the run began with and under the one that is tried. */
export interface StepFacts {
  readonly step: Pick<TrialStep, 'ordinal' | 'stepId' | 'kind' | 'name'>
  /** Why nothing can be said; null = something can. */
  readonly unjudged: string | null
  readonly before: Wanted
  readonly now: Wanted
  /** Tools that it would call before. */
  readonly first: readonly string[]
  /** What the gates say of the call as it stands; null of a model call. */
  readonly gates: { readonly before: Want; readonly now: Want; readonly neededPerson: boolean; readonly wasMade: boolean } | null
  readonly documents: number
  /** Of them, those that the definition may not retrieve, and its own agent might. */
  readonly denied: number
  /** It may retrieve what its own agent might not. */
  readonly isWider: boolean
  /** The prompt as it is on record. */
  readonly recorded: PromptSize | null
  readonly isEstimated: boolean
  /** As many steps as it may take are taken. */
  readonly isAtStepsMax: boolean
}

const same = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b)

const hasCode = (want: Want, code: string): boolean => 'code' in want && want.code === code

/** Whether nothing of the one side can be told: what it rests on is not here. */
const isGone = (want: Want): boolean => want.kind === 'stop' && want.code.endsWith('_purged')

const isPassed = ({ kind }: Want): boolean => kind === 'make' || kind === 'person'

/** Whether its own agent wants there what it did then. Where it does not, something of now is why, and not the definition that is tried. */
function isAsRecorded({ step, before: { want }, gates }: StepFacts): boolean {
  if (gates?.wasMade === true && !isPassed(gates.before)) return false
  if (step.kind === 'model') return want.kind === 'model'
  return want.kind === 'call' ? want.tool === step.name : want.kind === 'refuse' && (want.tool === null || want.tool === step.name)
}

const otherNow = 'Its own agent would not do here now what it did then, so nothing can be compared.'

const codeWords: Readonly<Record<string, string>> = {
  'tool.unknown': 'there is no such tool',
  'tool.not_allowed': 'it is not among the calls that it may make',
  'tool.bad_arguments': 'its arguments do not fit',
  'tool.tainted_argument': 'where it goes was chosen by a model',
  'tool.outside_write_domain': 'it may not write this file',
  'tool.no_estimate': 'nobody can say how much it would write',
  'tool.malformed': 'it is no call',
  'gate.unseen_document': 'it names a document that nobody showed to the run',
  'prompt.unknown': 'there is no prompt of this name',
  'budget.tokens': 'its limit of tokens is reached',
  'budget.cost': 'its limit of cost is reached',
  'budget.model_calls': 'its limit of model calls is reached',
  'budget.tool_calls': 'its limit of calls is reached',
  'budget.bytes_written': 'its limit of bytes written is reached',
  'budget.duration': 'its time is used up',
  'run.spiral': 'it goes in circles',
}
const inWords = (code: string): string => codeWords[code] ?? `the core says ${code}`

function wantWords(now: Want, before: Want): string {
  switch (now.kind) {
    case 'call':
      return before.kind === 'call' && before.tool === now.tool
        ? `It would call ${now.tool} with other arguments.`
        : `It would call ${now.tool} here.`
    case 'make':
      return `It would make the call of ${now.tool}.`
    case 'person':
      return `It would put the call of ${now.tool} to a person.`
    case 'refuse':
      return `${now.tool === null ? 'The call' : `The call of ${now.tool}`} would be refused: ${inWords(now.code)}.`
    case 'model':
      if (before.kind === 'model' && before.tier === now.tier)
        return before.prompt === now.prompt
          ? 'It would draft by another rule.'
          : 'A model would be shown other words, and may answer otherwise.'
      return now.tier === 'reflex' ? 'It would draft without a model here.' : 'It would ask a model here.'
    case 'stop':
      return `It would stop here: ${inWords(now.code)}.`
    case 'end':
      return before.kind === 'end' ? 'It would leave another result.' : 'It would be done here.'
  }
}

const personWords = (needed: boolean, needs: boolean): readonly string[] =>
  needed === needs ? [] : [needs ? 'A person would be asked before it.' : 'No person would be asked before it any more.']

function callOf({ gates, documents, denied }: StepFacts): TrialStep['call'] {
  if (gates === null) return null
  const { now, neededPerson } = gates
  return { mayBeMade: isPassed(now), neededPerson, needsPerson: now.kind === 'person', documents, denied }
}

export function judgeStep(facts: StepFacts): TrialStep {
  const { step, before, now, first, gates, documents, denied, isWider, recorded, isEstimated } = facts
  const call = callOf(facts)
  const isSame = same(before.want, now.want)
  const isShown = recorded !== null || now.size !== null
  const context = isShown
    ? { before: recorded, now: isSame ? (recorded ?? now.size) : now.size, isEstimated: !isSame && isEstimated }
    : null
  const shown = { ...step, call, context }
  if (facts.unjudged !== null) return { ...shown, call: null, state: 'unjudged', says: [facts.unjudged] }
  if (isGone(before.want)) return { ...shown, call: null, state: 'unjudged', says: ['Something that it rests on is not here any more.'] }
  if (!isAsRecorded(facts)) return { ...shown, call: null, context: null, state: 'unjudged', says: [otherNow] }
  const says = [
    ...(first.length === 0 ? [] : [`It would call ${first.join(', ')} first.`]),
    ...(now.size?.isOver === true ? ['What a model would be shown does not fit under the limit of its window.'] : []),
    ...(isSame ? [] : [wantWords(now.want, before.want)]),
    ...(!isSame && facts.isAtStepsMax ? ['As many steps as it may take are taken.'] : []),
    ...(gates === null || same(gates.before, gates.now) || gates.now.kind !== 'refuse' || hasCode(now.want, gates.now.code)
      ? []
      : [wantWords(gates.now, gates.before)]),
    ...(call === null || !call.mayBeMade ? [] : personWords(call.neededPerson, call.needsPerson)),
    ...(denied === 0 ? [] : [`It may not retrieve ${denied} of the ${documents} documents that this call read.`]),
    ...(isWider ? ['It may retrieve more, and could find more here.'] : []),
  ]
  return { ...shown, state: says.length === 0 ? 'same' : 'differs', says }
}

/** `failure`: why the recorded run failed; null = it did not. */
function isEndAsRecorded(want: Want, failure: string | null): boolean {
  if (failure === null) return want.kind === 'end'
  return want.kind === 'stop' ? want.code === failure || want.code.startsWith('budget.') : want.kind !== 'end'
}

export function judgeEnd(before: Want, now: Want, failure: string | null): { readonly state: TrialState; readonly says: string[] } {
  if (isGone(before)) return { state: 'unjudged', says: ['Something that its end rests on is not here any more.'] }
  if (!isEndAsRecorded(before, failure))
    return { state: 'unjudged', says: ['Its own agent would not end here now as it did then, so nothing can be compared.'] }
  return same(before, now) ? { state: 'same', says: [] } : { state: 'differs', says: [wantWords(now, before)] }
}

/** In one sentence, with the first step that would be another; steps are counted from 1 as a person does. */
export function summarise(
  steps: readonly TrialStep[],
  end: Pick<TrialStep, 'state' | 'says'> | null,
): Pick<AgentTrial, 'verdict' | 'differsAt' | 'summary' | 'unjudged'> {
  const unjudged = steps.filter(({ state }) => state === 'unjudged').length
  const first = steps.find(({ state }) => state === 'differs')
  const unsaid = unjudged === 0 ? '' : ` Nothing can be said of ${unjudged} of ${steps.length} steps.`
  if (first !== undefined)
    return {
      verdict: 'differs',
      differsAt: first.ordinal,
      summary: `It differs at step ${first.ordinal + 1}: ${first.says[0]}${unsaid}`,
      unjudged,
    }
  if (end?.state === 'differs')
    return { verdict: 'differs', differsAt: null, summary: `It differs at its end: ${end.says[0]}${unsaid}`, unjudged }
  const judged = steps.length - unjudged
  // Of a run without steps its end says whether it is the same.
  if (judged === 0 && (steps.length > 0 || end?.state !== 'same'))
    return {
      ...{ verdict: 'unjudged', differsAt: null, unjudged },
      summary: 'Nothing can be said of what it would have done: no step of this run can be compared now.',
    }
  const unsaidEnd = end?.state === 'unjudged' ? ' Nothing can be said of its end.' : ''
  const many = judged === 0 ? '' : judged === 1 ? ' in its one step' : ` in all ${judged} steps`
  return { verdict: 'same', differsAt: null, summary: `It would have done the same${many}.${unsaid}${unsaidEnd}`, unjudged }
}

/** Missions in plain words: phases, gates, what a person decides there and what happens then. */
import type { MissionShardView, MissionSummary } from '../../../main/contract/missions.ts'
import type { GateMeasure, GateNeed } from '../../../main/domain/gate-policy.ts'
import { explainPlanFault } from '../../../main/domain/mission/check-plan.ts'
import { type BoardKind, type DirectiveName, planRunFailed, type RefusedPlan } from '../../../main/domain/mission/events.ts'
import type { Gate, GateDecision } from '../../../main/domain/mission/gates.ts'
import type { MissionOutcome, MissionPhase } from '../../../main/domain/mission/phases.ts'
import type { ClaimNote } from '../../../main/domain/mission/report.ts'
import type { Tone } from '../../components/chip.tsx'

export const missionPhaseWords: Readonly<Record<MissionPhase, string>> = {
  PLANNING: 'Planning',
  COMMITTED: 'Committed',
  EXECUTING: 'Executing',
  COMPLETED: 'Completed',
}

/** What stands in a column without missions. */
export const phaseEmpty: Readonly<Record<MissionPhase, string>> = {
  PLANNING: 'No plan is being made.',
  COMMITTED: 'No plan waits for its first worker.',
  EXECUTING: 'No worker is at it.',
  COMPLETED: 'Nothing has ended yet.',
}

/** What is decided on at a gate, in one word. */
export const gateSubjects: Readonly<Record<Gate, string>> = { G1: 'direction', G2: 'plan', G3: 'results', G4: 'report' }

/** What a person decides there, and what depends on it. */
export const gateSentences: Readonly<Record<Gate, readonly [string, string]>> = {
  G1: ['Decide where this goes.', 'Nobody has planned anything yet.'],
  G2: ['Decide on exactly this plan.', 'Nothing of it is carried out before you approve it; another plan asks again.'],
  G3: ['Decide on what the workers brought.', 'It is joined into one report only when you let it go on.'],
  G4: ['Decide on exactly this report.', 'It is given out only when you release it; until then it is a working paper.'],
}

/** At G2, where the planner brought no plan. */
export const noPlanSentences = ['There is no plan to decide on.', 'Say what it should be like, or abort the mission.'] as const

export const outcomeWords: Readonly<Record<MissionOutcome, string>> = {
  released: 'released',
  rolled_back: 'withdrawn',
  aborted: 'aborted',
  failed: 'failed',
  empty: 'nothing found',
}
export const outcomeTones: Readonly<Record<MissionOutcome, Tone>> = {
  ...{ released: 'ok', rolled_back: 'plain', aborted: 'plain', failed: 'bad', empty: 'warn' },
}

export interface Standing {
  readonly text: string
  readonly tone: Tone
}

/** How a mission stands, the most pressing first. A pause does not hide a gate. */
export function standingOf({ outcome, gate, isPaused, phase }: MissionSummary): readonly Standing[] {
  if (outcome !== null) return [{ text: outcomeWords[outcome], tone: outcomeTones[outcome] }]
  const now: Standing =
    gate === null
      ? { text: phase === 'EXECUTING' ? 'at work' : phase === 'PLANNING' ? 'being planned' : 'committed', tone: 'accent' }
      : { text: `Waits for you: ${gateSubjects[gate]}`, tone: 'warn' }
  return isPaused ? [...(gate === null ? [] : [now]), { text: 'paused', tone: 'warn' }] : [now]
}

export const shardWords: Readonly<Record<MissionShardView['status'], string>> = {
  ...{ waiting: 'waiting', running: 'at work', ended: 'being checked', accepted: 'accepted', refused: 'not accepted' },
  ...{ failed: 'failed', skipped: 'skipped' },
}
export const shardTones: Readonly<Record<MissionShardView['status'], Tone>> = {
  ...{ waiting: 'plain', running: 'accent', ended: 'accent', accepted: 'ok', refused: 'bad', failed: 'bad', skipped: 'warn' },
}

export const measureNames: Readonly<Record<GateMeasure, string>> = { impact: 'impact', risk: 'risk', cost: 'cost', novelty: 'novelty' }
export const needWords: Readonly<Record<GateNeed, string>> = {
  optional: 'A person is not needed by its measures',
  recommended: 'A person should look at it',
  required: 'A person must decide on it',
}
export const needTones: Readonly<Record<GateNeed, Tone>> = { optional: 'ok', recommended: 'warn', required: 'bad' }

/** Follows the place in the plan: `shards[2].after[0]` waits for a shard that is not in the plan. */
export const faultWords = ({ code }: RefusedPlan): string =>
  code === planRunFailed ? 'the planner ended without a plan' : explainPlanFault[code]

/** What the check by reading noticed, as a sentence to a person. `other` is the title of the shard it speaks of. */
export function noteWords({ note }: ClaimNote, other: string | null): string {
  switch (note) {
    case 'number_not_quoted':
      return 'A number in this sentence stands in none of its quotes.'
    case 'repeated':
      return `The same words of the same passage hold up a sentence under “${other ?? 'another shard'}” as well.`
    case 'differs':
      return `A sentence under “${other ?? 'another shard'}” says nearly the same with other numbers.`
  }
}

export interface DecisionWords {
  readonly title: string
  /** What happens then. */
  readonly result: string
  /** What is asked for, where words are wanted. */
  readonly asks?: string
  /** Whether it ends the mission and so is asked twice. */
  readonly isEnd?: boolean
}

const abort: DecisionWords = {
  title: 'Abort',
  result: 'The mission ends, workers that are at it stop, and nothing is given out. What was found so far stays on record.',
  isEnd: true,
}

export const decisionsAt: Readonly<Record<Gate, Readonly<Partial<Record<GateDecision, DecisionWords>>>>> = {
  G1: {
    proceed: { title: 'Go on to the plan', result: 'A planner proposes who does what. You see the plan before anything of it is done.' },
    redirect: {
      title: 'Redirect',
      result: 'The planner works from your words.',
      asks: 'Which way should it go instead?',
    },
    abort,
  },
  G2: {
    approve: { title: 'Approve this plan', result: 'Exactly these shards begin, each within its budget.' },
    revise: {
      title: 'Send back',
      result: 'The planner reads your words and proposes another plan. Nothing is done meanwhile.',
      asks: 'What should be different?',
    },
    abort,
  },
  G3: {
    deploy: { title: 'Join the results', result: 'What was accepted becomes one report, which you see before it is given out.' },
    fix: {
      title: 'Have it done again',
      result: 'Every shard that was not accepted is done again, with your words before it.',
      asks: 'What should be done otherwise?',
    },
    abort,
  },
  G4: {
    deploy: { title: 'Release this report', result: 'The mission ends, and its exports name you as the one who released it.' },
    hold: { title: 'Keep it here', result: 'The report stays here, unreleased. You can decide on it later.' },
    rollback: {
      title: 'Withdraw',
      result: 'The mission ends without a release. The report stays on record as a working paper.',
      isEnd: true,
    },
  },
}

/** A gate in the drawing: behind it, at it, before it, or never come to. */
export const gateStates = {
  passed: { words: 'decided', tone: 'ok' },
  open: { words: 'waits for you', tone: 'warn' },
  ahead: { words: 'ahead', tone: 'plain' },
  never: { words: 'not reached', tone: 'plain' },
} as const satisfies Readonly<Record<string, { readonly words: string; readonly tone: Tone }>>

/** What is said once it was decided. */
export const doneWords: Readonly<Record<Gate, Readonly<Partial<Record<GateDecision, string>>>>> = {
  G1: { proceed: 'Let go on to the plan.', redirect: 'Redirected.', abort: 'Aborted.' },
  G2: { approve: 'Plan approved.', revise: 'Plan sent back.', abort: 'Aborted.' },
  G3: { deploy: 'Results let go on.', fix: 'Sent back to the workers.', abort: 'Aborted.' },
  G4: { deploy: 'Report released.', hold: 'Kept here.', rollback: 'Withdrawn.' },
}

export const boardKindWords: Readonly<Record<BoardKind, string>> = {
  ...{ observation: 'Observation', decision: 'Decision', finding: 'Finding', risk: 'Risk', parameter: 'Parameter', question: 'Question' },
  lesson: 'Lesson',
}
export const directiveWords: Readonly<Record<DirectiveName, { readonly title: string; readonly empty: string }>> = {
  approach: { title: 'Approach', empty: 'How the workers should go about it. Nobody has said.' },
  priority: { title: 'Priority', empty: 'What matters most. Nobody has said.' },
  constraints: { title: 'Constraints', empty: 'What they must keep to. Nobody has said.' },
}

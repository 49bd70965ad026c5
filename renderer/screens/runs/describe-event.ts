/** Each event of a run in plain words: what happened, to what, and which texts belong to it. */
import type { BodyRef } from '../../../main/domain/body-ref.ts'
import { marking } from '../../../main/domain/label.ts'
import type { RecordedEvent } from '../../../main/domain/recorded-event.ts'
import type { HoldDecision, RunEvent } from '../../../main/domain/run/events.ts'
import type { TokenUsage } from '../../../main/domain/token-usage.ts'
import { unreachable } from '../../../main/domain/unreachable.ts'
import { formatCount, formatDuration, formatShare, plural } from '../../format.ts'
import { causeWords, refusalWords, routeTitles } from '../../route-words.ts'
import { holdWords, measureWords, reasonWords } from './run-words.ts'

export type EventTone = 'plain' | 'ok' | 'warn' | 'bad'

export interface DescribedEvent {
  readonly title: string
  readonly detail: string
  readonly tone: EventTone
  /** Whether the title is a name out of the machine, such as a tool's. */
  readonly isName?: boolean
  readonly chips: readonly string[]
  readonly bodies: readonly { readonly title: string; readonly ref: BodyRef }[]
}

const plain = (title: string, detail: string, more: Partial<DescribedEvent> = {}): DescribedEvent => ({
  ...{ title, detail, tone: 'plain', chips: [], bodies: [] },
  ...more,
})

const effectWords = { read: 'read', idempotent: 'repeatable', unsafe: 'changes something' } as const
const decisionWords: Readonly<Record<HoldDecision, string>> = {
  released: 'It was released.',
  approved: 'A person approved.',
  rejected: 'A person rejected.',
  revised: 'A person sent it back with words.',
  answered: 'A person answered.',
  expired: 'Nobody decided in time.',
  ended: 'The run ended.',
}
const spiralWords = { failures: 'Three failures in a row.', repetition: 'The same call five times within ten minutes.' } as const

function routeDetail({ mode, refused, confidence, policyVersion }: Extract<RunEvent, { type: 'route.decided' }>): string {
  const why = [...new Set(refused.map(({ reason }) => refusalWords[reason]))].join('; ')
  if (mode === 'local') return `Policy ${policyVersion}${why === '' ? '' : `: ${why}`}.`
  return `${formatShare(confidence)} sure, by policy ${policyVersion}.`
}

function usageChips(usage: TokenUsage): readonly string[] {
  const reused = usage.reusedTokens === 0 ? '' : `, ${formatCount(usage.reusedTokens)} reused`
  const tokens = `${formatCount(usage.promptTokens)} in${reused} · ${formatCount(usage.completionTokens)} out`
  return usage.promptTokens + usage.completionTokens === 0 ? [formatDuration(usage.totalMs)] : [tokens, formatDuration(usage.totalMs)]
}

const copiedTitle = ({ kind, name }: Extract<RunEvent, { type: 'step.copied' }>): string =>
  kind === 'tool' ? name : name === 'reflex' ? 'Quotes picked' : 'Model answered'

function describeRunEvent(event: RunEvent): DescribedEvent {
  switch (event.type) {
    case 'run.created':
      return plain(
        event.agent === 'ask' ? 'Question received' : 'Task received',
        event.attempt === 1 ? 'The first attempt.' : `Attempt ${event.attempt}.`,
        {
          bodies: [{ title: event.agent === 'ask' ? 'The question' : 'The task', ref: event.input }],
        },
      )
    case 'run.queued':
      return plain('Queued', event.reason === 'executor_lost' ? 'Its executor was lost; finished steps stand.' : 'Waits for its turn.', {
        tone: event.reason === 'executor_lost' ? 'warn' : 'plain',
      })
    case 'run.held':
      return plain('Held', `Because of ${reasonWords[event.reason]}.`, { tone: 'warn' })
    case 'run.launching':
      return plain('Starting', `Process ${event.executor.pid} takes it, epoch ${event.epoch}.`)
    case 'run.activated':
      return plain('Running', 'The agent is ready.')
    case 'run.completed':
      return plain('Complete', 'Its result is stored.', { tone: 'ok', bodies: [{ title: 'The result', ref: event.result }] })
    case 'run.failed':
      return plain('Failed', `Because of ${reasonWords[event.reason]}.`, { tone: 'bad', chips: [event.failure.code] })
    case 'run.aborted':
      return plain('Stopped', `Because ${reasonWords[event.reason]}.`)
    case 'run.cancel_requested':
      return plain('Asked to stop', 'It stops at the next safe point.', { tone: 'warn' })
    case 'hold.opened':
      return plain('Hold opened', `The run ${holdWords[event.kind]}.`, { tone: 'warn' })
    case 'hold.closed':
      return plain('Hold closed', decisionWords[event.decision])
    case 'hold.escalated':
      return plain('Still waiting', `Nobody has answered; call ${event.rung} of 3.`, { tone: 'warn' })
    case 'run.imported':
      return plain('Carried here', 'Its events were made on another machine; nothing executes them again.', {
        chips: [event.file.value.slice(0, 12)],
      })
    case 'step.copied':
      return plain(copiedTitle(event), 'Taken over from the run that this one was forked from.', {
        ...{
          isName: event.kind === 'tool',
          bodies: [{ title: 'Arguments', ref: event.input }, ...(event.output === null ? [] : [{ title: 'Result', ref: event.output }])],
        },
      })
    case 'context.built':
      if (event.contextTokens === 0) {
        const detail = `${plural(event.passages.length, 'passage')} to quote from.`
        return plain('Passages gathered', detail, { tone: 'ok', bodies: [{ title: 'What they were', ref: event.prompt }] })
      }
      return plain('Context built', `${plural(event.passages.length, 'passage')} numbered, and what is asked after them.`, {
        ...{ tone: 'ok', bodies: [{ title: 'The prompt', ref: event.prompt }] },
        chips: [
          `${formatCount(event.promptTokens)} of ${formatCount(event.limitTokens)} tokens`,
          `${formatShare(event.promptTokens / event.contextTokens)} of the window`,
        ],
      })
    case 'context.near_limit':
      return plain('Near the limit of the window', 'Answers get worse long before a window is full.', {
        ...{ tone: 'warn', chips: [`${formatShare(event.promptTokens / event.contextTokens)} of the window`] },
      })
    case 'route.decided':
      return plain(routeTitles[event.mode], routeDetail(event), {
        ...{ tone: event.mode === 'local' ? 'plain' : 'warn', chips: [event.tier, ...event.causes.map((cause) => causeWords[cause])] },
      })
    case 'model.requested':
      if (event.tier === 'reflex') {
        const detail = 'No model: a fixed procedure picks sentences.'
        return plain('Quoting begun', detail, { chips: [event.tier], bodies: [{ title: 'What it was given', ref: event.input }] })
      }
      return plain('Model asked', 'Under a grammar: it can write nothing but what fits.', {
        ...{ chips: [event.tier], bodies: [{ title: 'What was sent', ref: event.input }] },
      })
    case 'model.answered':
      if (event.usage.contextTokens === 0) {
        const chips = usageChips(event.usage)
        return plain('Quotes picked', 'Without a model.', { tone: 'ok', chips, bodies: [{ title: 'What was picked', ref: event.output }] })
      }
      return plain('Model answered', event.stop === 'end' ? `On ${event.device}.` : `On ${event.device}; it ran into its length limit.`, {
        ...{ tone: event.stop === 'end' ? 'ok' : 'warn', chips: usageChips(event.usage) },
        bodies: [{ title: 'What it wrote', ref: event.output }],
      })
    case 'model.failed':
      return plain('Model failed', 'Nothing of this call is used.', { tone: 'bad', chips: [event.failure.code] })
    case 'reply.withheld':
      return plain('Answer withheld', 'It came back labelled above what was asked. It was dropped, and stands nowhere.', { tone: 'bad' })
    case 'proposal.refused':
      return plain('Proposal refused', 'What the model wrote is no call that may be made. Nothing of it ran.', {
        ...{ tone: 'warn', chips: [...(event.tool === null ? [] : [event.tool]), event.failure.code] },
      })
    case 'tool.proposed':
      if (event.crossing !== undefined) {
        const { tier, payload } = event.crossing
        const detail = event.risk === 'crossing' ? 'Nothing goes before a person has allowed it.' : 'Permitted before.'
        return plain(`To the ${tier}`, detail, {
          ...{ tone: 'warn', chips: [marking(event.crossing.label)] },
          bodies: [
            { title: 'Where to and why', ref: event.input },
            { title: 'The exact bytes', ref: payload },
          ],
        })
      }
      return plain(event.tool, 'Proposed.', {
        ...{ isName: true, chips: [effectWords[event.effect]], bodies: [{ title: 'Arguments', ref: event.input }] },
      })
    case 'tool.approval_requested':
      return plain('Approval asked', 'A person decides about exactly this call.', {
        ...{ tone: 'warn', bodies: event.request === null ? [] : [{ title: 'What is asked', ref: event.request }] },
      })
    case 'tool.approved':
      return plain('Approved', event.scope === 'run' ? 'By a person, for this run.' : 'By a person, for this call, once.', { tone: 'ok' })
    case 'tool.rejected':
      return plain(event.isRevision ? 'Sent back' : 'Rejected', 'By a person. The call was not made.', {
        ...{ tone: 'bad', bodies: event.feedback === null ? [] : [{ title: 'Why', ref: event.feedback }] },
      })
    case 'tool.expired':
      return plain('Approval expired', 'Nobody decided in time. The call was not made.', { tone: 'warn' })
    case 'tool.asked':
      return plain('A person is asked', 'The run waits for an answer in Approvals.', { tone: 'warn' })
    case 'tool.answered':
      return plain('Answered', 'By a person.', { tone: 'ok', bodies: [{ title: 'The answer', ref: event.output }] })
    case 'tool.dispatched':
      return plain('Tool started', 'On record before it had any effect.')
    case 'tool.succeeded':
      return plain('Tool done', 'Its result is stored.', { tone: 'ok', bodies: [{ title: 'Result', ref: event.output }] })
    case 'tool.failed':
      return plain('Tool failed', event.isBeforeEffect ? 'Before it had any effect.' : 'It may have had an effect.', {
        ...{
          tone: 'bad',
          chips: [event.failure.code],
          bodies: event.output === null ? [] : [{ title: 'What it said', ref: event.output }],
        },
      })
    case 'tool.returned':
      return plain('To be made again', 'Its executor was lost; this call may be repeated.', { tone: 'warn' })
    case 'tool.undone':
      return plain('Undone', 'What it changed stands again as it stood before.')
    case 'tool.unknown':
      return plain('Outcome unknown', 'It was under way when the executor was lost. It is not repeated; a person decides.', { tone: 'bad' })
    case 'budget.warned':
      return plain('Budget nearly used', `Close to the limit of ${measureWords[event.measure]}.`, { tone: 'warn' })
    case 'budget.exceeded':
      return plain('Budget used up', `The limit of ${measureWords[event.measure]} is reached.`, { tone: 'bad', chips: [event.action] })
    case 'budget.changed':
      return plain('Budget changed', 'By a person.')
    case 'spiral.detected':
      return plain('Going in circles', spiralWords[event.cause], { tone: 'bad' })
    case 'requirement.marked':
      return plain(event.requirement, event.isMet ? 'Met.' : 'Not met.', { isName: true, tone: event.isMet ? 'ok' : 'warn' })
    case 'quotes.checked':
      if (event.quotes === 0)
        return plain('Nothing to check', event.claims === 0 ? 'Nothing was quoted.' : 'No sentence came with a quote.')
      return plain('Quotes checked', `${plural(event.claims, 'sentence')}, ${event.supported} supported.`, {
        tone: event.verified === event.quotes ? 'ok' : 'warn',
        chips: [`${event.verified} of ${plural(event.quotes, 'quote')} verified`],
      })
    default:
      return unreachable(event)
  }
}

const runEventPrefix = /^(?:run|step|hold|context|route|model|reply|proposal|tool|budget|spiral|requirement|quotes)\./
const stationOnly = new Set(['model.admitted', 'model.activated', 'model.verified'])

/** Whether an event belongs to a run and not to the station. */
export const isRunEvent = (event: RecordedEvent['event']): event is RunEvent =>
  runEventPrefix.test(event.type) && !stationOnly.has(event.type)

export const describeEvent = ({ event }: RecordedEvent): DescribedEvent =>
  isRunEvent(event) ? describeRunEvent(event) : plain(event.type, 'An event of the station.')

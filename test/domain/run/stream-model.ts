/**
 * What must hold of a run whatever is sent to it, told a second time and differently: a plain record that reads only the commands and
 * the events they led to, knows nothing of `evolve`, and throws at the first thing that may never happen.
 */
import type { RunEvent } from '../../../main/domain/run/events.ts'
import type { Sent } from './streams.ts'

const moves = `prep→queued prep→aborted queued→held queued→launching queued→aborted held→queued held→aborted launching→active
  launching→failed launching→aborted launching→queued active→complete active→failed active→aborted active→held active→queued`.split(/\s+/)
const ends = ['complete', 'failed', 'aborted']
const moved: Readonly<Record<string, string>> = {
  ...{ 'run.queued': 'queued', 'run.held': 'held', 'run.launching': 'launching', 'run.activated': 'active' },
  ...{ 'run.completed': 'complete', 'run.failed': 'failed', 'run.aborted': 'aborted' },
}
/** Harmless in themselves; anything else waits for a person. */
const freeRisks = ['read', 'compute', 'note', 'human', 'delegate', 'crossing_permitted']

interface Call {
  readonly effect: string
  readonly isHuman: boolean
  readonly isGuarded: boolean
  readonly commitment: string
  isOpen: boolean
  /** It was made, and nobody has said yet what came of it. */
  isUnderWay: boolean
  hold: string | null
  decision: 'approved' | 'rejected' | 'expired' | null
  dispatches: number
  returns: number
  reserved: readonly number[]
}

/** What may leave, once: where to, which text, and whether a person let the same go again in this run. */
interface Leave {
  readonly to: string
  readonly text: string
  readonly isLow: boolean
  isForRun: boolean
  isDone: boolean
  isUsed: boolean
}

export interface StreamModel {
  read(sent: Sent, events: readonly RunEvent[]): void
  /** What the fold must agree with. */
  view(): {
    readonly status: string
    readonly holds: readonly string[]
    readonly epoch: number
    readonly spent: readonly number[]
    readonly reserved: readonly number[]
  }
}

const sum = (rows: ReadonlyArray<readonly number[]>): readonly number[] =>
  [0, 1, 2].map((i) => rows.reduce((all, row) => all + (row[i] ?? 0), 0))
const amount = (of: { tokens: number; costMicros: number; bytesWritten: number }) => [of.tokens, of.costMicros, of.bytesWritten]
const zero = [0, 0, 0]

export function createStreamModel(): StreamModel {
  const calls = new Map<string, Call>()
  const holds = new Map<string, { readonly kind: string; readonly stepId: string | null; readonly expiresAtMs: number | null }>()
  const leaves = new Map<string, Leave>()
  const spent: (readonly number[])[] = []
  let status = 'absent'
  let epoch = 0
  let isCancelled = false
  const must = (condition: boolean, what: string) => {
    if (!condition) throw new Error(`never: ${what}`)
  }
  const callOf = (stepId: string): Call => {
    const call = calls.get(stepId)
    if (call === undefined) throw new Error(`never: an event of an unknown call ${stepId}`)
    return call
  }
  const begin = (stepId: string, call: Omit<Call, 'isOpen' | 'isUnderWay' | 'hold' | 'decision' | 'returns'>) => {
    must(!calls.has(stepId), 'a call id is used twice')
    must(![...calls.values()].some(({ isOpen }) => isOpen), 'a second call is open')
    calls.set(stepId, { ...call, isOpen: true, isUnderWay: call.dispatches > 0, hold: null, decision: null, returns: 0 })
  }
  const end = (stepId: string, cost: readonly number[]) => {
    const call = callOf(stepId)
    must(call.isOpen, 'a call ends twice')
    Object.assign(call, { isOpen: false, isUnderWay: false, reserved: zero, hold: null })
    spent.push(cost)
  }
  const decided = (event: { stepId: string; holdId: string }, decision: Call['decision'], { command, issuer }: Sent) => {
    const call = callOf(event.stepId)
    must(call.isOpen && call.decision === null, 'a call is decided twice')
    must(call.hold === event.holdId, 'a decision on the hold of another call')
    if (decision === 'expired') must(issuer === 'scheduler', 'somebody lets a call run out')
    else must(issuer === 'operator', `a ${issuer} decides`)
    must('stepId' in command && command.stepId === event.stepId, 'a decision on another call than the one that was named')
    call.decision = decision
    if (decision !== 'approved') end(event.stepId, zero)
  }

  function read(event: RunEvent, sent: Sent): void {
    const { command, issuer, atMs } = sent
    const to = moved[event.type]
    if (to !== undefined && 'from' in event) {
      must(event.from === status, `a move from ${String(event.from)} in ${status}`)
      must(moves.includes(`${status}→${to}`), `the move ${status}→${to}`)
      status = to
    }
    switch (event.type) {
      case 'run.created':
        status = 'prep'
        break
      case 'run.launching':
        must(holds.size === 0 && !isCancelled, 'a held or cancelled run is launched')
        must(event.epoch === epoch + 1, 'an epoch is skipped or repeated')
        epoch = event.epoch
        break
      case 'run.completed':
        must(holds.size === 0 && !isCancelled, 'a held or cancelled run is shown as complete')
        must(![...calls.values()].some(({ isOpen }) => isOpen), 'a run with an open call is shown as complete')
        break
      case 'run.cancel_requested':
        isCancelled = true
        break
      case 'hold.opened':
        must(!holds.has(event.holdId), 'a hold is opened twice')
        holds.set(event.holdId, event)
        break
      case 'hold.closed': {
        const hold = holds.get(event.holdId)
        must(hold !== undefined, 'a hold is closed that is not open')
        const isEnding = event.decision === 'ended'
        const isPersons = hold?.kind === 'operator' || hold?.kind === 'outcome_unknown' || hold?.kind === 'spiral'
        if (isPersons) must(isEnding || issuer === 'operator', `a ${issuer} lifts a hold for a person`)
        if (event.decision === 'expired') must((hold?.expiresAtMs ?? Number.POSITIVE_INFINITY) <= atMs, 'a hold runs out early')
        holds.delete(event.holdId)
        break
      }
      case 'model.requested':
        must(status === 'active' && holds.size === 0 && !isCancelled, 'a model is asked in a run that may not go on')
        if (event.tier === 'datacenter' || event.tier === 'frontier') {
          const leave = leaves.get(event.crossing?.stepId ?? '')
          must(leave?.isDone === true && !leave.isUsed, 'something leaves that nobody let go, or twice')
          must(
            leave?.to === `${event.tier} ${event.crossing?.endpointId}` && leave.text === event.input.commitment.value,
            'something else leaves',
          )
          if (leave !== undefined) leave.isUsed = true
        } else must(event.crossing === undefined, 'a crossing is used up for nothing')
        begin(event.stepId, {
          ...{ effect: 'idempotent', isHuman: false, isGuarded: false, commitment: '', dispatches: 1, reserved: amount(event.reserved) },
        })
        break
      case 'tool.proposed':
        if (event.crossing !== undefined) {
          const { tier, endpointId, payload, label, coveredBy } = event.crossing
          const isLow = label.categories.length === 0
          must(issuer === 'runtime', `a ${issuer} proposes that something leaves`)
          must(
            ![...leaves.keys()].some((stepId) => ['rejected', 'expired'].includes(calls.get(stepId)?.decision ?? '')),
            'it is asked again',
          )
          const before = leaves.get(coveredBy ?? '')
          const covers = before?.isForRun === true && before.to.endsWith(endpointId) && (isLow || !before.isLow)
          if (coveredBy !== null) must(covers, 'an approval covers more than it was given for')
          leaves.set(event.stepId, {
            ...{ to: `${tier} ${endpointId}`, text: payload.commitment.value, isLow, isForRun: false, isDone: false, isUsed: false },
          })
        } else must(event.risk !== 'crossing' && event.risk !== 'crossing_permitted', 'a tool lets something leave')
        begin(event.stepId, {
          ...{ effect: event.effect, isHuman: event.risk === 'human', commitment: event.input.commitment.value, dispatches: 0 },
          ...{ isGuarded: !freeRisks.includes(event.risk) || event.effect === 'unsafe', reserved: amount(event.reserved) },
        })
        break
      case 'tool.approval_requested':
      case 'tool.asked':
        must(callOf(event.stepId).hold === null, 'a call is asked about twice')
        callOf(event.stepId).hold = event.holdId
        break
      case 'tool.approved':
        must(
          command.type === 'tool.approve' && command.commitment.value === callOf(event.stepId).commitment,
          'other arguments are approved',
        )
        must((holds.get(event.holdId)?.expiresAtMs ?? Number.POSITIVE_INFINITY) > atMs, 'a call is approved too late')
        decided(event, 'approved', sent)
        must(event.scope === undefined || leaves.has(event.stepId), 'a call is approved for a whole run')
        if (event.scope === 'run') Object.assign(leaves.get(event.stepId) ?? {}, { isForRun: true })
        break
      case 'tool.rejected':
        must(!(event.isRevision && leaves.has(event.stepId)), 'what would leave is sent back')
        decided(event, 'rejected', sent)
        break
      case 'tool.expired':
        decided(event, 'expired', sent)
        break
      case 'tool.answered':
        must(issuer === 'operator' && callOf(event.stepId).isHuman, 'somebody else answers for a person')
        end(event.stepId, zero)
        break
      case 'tool.dispatched': {
        const call = callOf(event.stepId)
        must(status === 'active' && holds.size === 0 && !isCancelled, 'a call is made in a run that may not go on')
        must('epoch' in command && command.epoch === epoch, 'a call is made by an executor that lost the run')
        must(call.isOpen && !call.isHuman, 'a call is made that only a person can answer')
        must(!call.isGuarded || call.decision === 'approved', 'a call is made that nobody approved')
        call.dispatches += 1
        call.isUnderWay = true
        must(call.dispatches <= (call.effect === 'unsafe' ? 1 : 1 + call.returns), 'a call is made twice')
        break
      }
      case 'tool.returned':
        must(callOf(event.stepId).effect !== 'unsafe', 'an unsafe call would be repeated')
        callOf(event.stepId).returns += 1
        callOf(event.stepId).isUnderWay = false
        break
      case 'tool.succeeded':
      case 'tool.unknown':
        must(callOf(event.stepId).dispatches > 0, 'a call that was never made has a result')
        if (event.type === 'tool.succeeded') Object.assign(leaves.get(event.stepId) ?? {}, { isDone: true })
        end(event.stepId, amount(event.settled))
        break
      case 'tool.failed':
      case 'model.answered':
      case 'model.failed':
        end(event.stepId, amount(event.settled))
        break
      default:
    }
  }

  return {
    read: (sent, events) => {
      const { command, issuer } = sent
      const wasEnded = ends.includes(status)
      if (issuer === 'model') must(command.type === 'tool.propose', `a model sends ${command.type}`)
      if (wasEnded) must(command.type === 'tool.undo' || command.type === 'run.import', `an ended run takes ${command.type}`)
      for (const event of events) read(event, sent)
      const open = [...calls.values()].filter(({ isOpen }) => isOpen)
      if (status === 'queued') must(holds.size === 0, 'a run waits for a place although something holds it')
      if (status === 'held') must(holds.size > 0, 'a run is held by nothing')
      if (status !== 'active') must(!open.some(({ isUnderWay }) => isUnderWay), 'a call is under way in a run that nobody executes')
      if (isCancelled) must(!['prep', 'queued', 'held'].includes(status), 'a cancelled run waits')
      if (ends.includes(status)) must(holds.size === 0 && open.length === 0, 'an ended run has something open')
      for (const { hold, decision } of open) if (hold !== null && decision === null) must(holds.has(hold), 'a call waits for nobody')
      for (const { stepId } of holds.values()) if (stepId !== null) must(callOf(stepId).isOpen, 'a person is asked about what is over')
    },
    view: () => ({
      status,
      holds: [...holds.keys()],
      epoch,
      spent: sum(spent),
      reserved: sum([...calls.values()].map(({ reserved }) => reserved)),
    }),
  }
}

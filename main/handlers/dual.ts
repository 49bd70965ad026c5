/**
 * Acts that the policy may give to two persons: one asks, another confirms exactly that, and only then it is done, in the name of the
 * one who asked. Nothing is done twice: what a crash left between the confirmation and its effect is unknown, and is asked for again.
 */
import { type CallName, calls, type ParsedInput } from '../contract/calls.ts'
import type { Caller, Handler } from '../dispatch.ts'
import { actLimits, confirmersOf, isSamePerson } from '../domain/act.ts'
import type { Actor } from '../domain/actor.ts'
import { canonicalJson, readJson } from '../domain/canonical-json.ts'
import type { Digest } from '../domain/digest.ts'
import { formatDigest } from '../domain/digest.ts'
import type { DualAct } from '../domain/policy.ts'
import { type Failure, fail, ok, type Result } from '../domain/result.ts'
import { roleWords } from '../domain/role.ts'
import { type ActRow, type Acts, createActs } from '../store/acts.ts'
import { sha256 } from '../store/event-log.ts'
import { operator, type Services } from './services.ts'

/** `perform` is called with the person who asked, at once or when another confirmed. Its input is kept: it must hold no secret. */
export type Dual = <N extends CallName>(
  act: DualAct,
  name: N,
  perform: Handler<N>,
  /** What it changes, as it stands: when that is another thing by then, what was confirmed is not what was asked. */
  stateOf?: (input: ParsedInput<N>) => unknown,
) => Handler<N>

export interface DualDesk {
  readonly dual: Dual
  readonly rows: Acts
  /** What the call replied, once confirmed by another person; a refusal of the confirmation itself changes nothing. */
  confirm(actId: string, argumentsHash: Digest, caller: Caller): Promise<Result<{ readonly failure: Failure | null }>>
  reject(actId: string, reason: string, caller: Caller): Result<null>
  /** Notes the end of those whose time is over. */
  expire(): void
  /** At boot: what was confirmed and never ended is unknown. */
  recover(): void
}

export type DualParts = Pick<
  Services,
  'db' | 'tenant' | 'labels' | 'bodies' | 'station' | 'clock' | 'newId' | 'ceiling' | 'policy' | 'rolesOf' | 'sightOf'
> & {
  /** Whether the roles of an account allow a call. */
  readonly mayCall: (name: CallName, caller: Caller) => Failure | null
  /** When so much attended time from now is over; null = nobody is ever there. */
  readonly deadline: (attendedMs: number) => number | null
}

const scheduler: Actor = { issuer: 'scheduler', account: 'holdfast' }
const unknown = fail('act.unknown', 'There is no such act.', 'List what waits: holdfast acts list.')
const decided = fail('act.decided', 'This act waits no longer.', 'Look at what became of it; ask again if it is still wanted.')
const samePerson = fail('act.same_person', 'Whoever asked cannot confirm.', 'Another person with the right role must look at it.')
const otherArguments = fail('act.other_arguments', 'What you confirmed is not what was asked.', 'Look at the act again.')
const noLonger = fail('act.no_longer_allowed', 'Whoever asked may not do this any more.', 'Somebody who may can ask again.')
const changed = fail(
  'act.changed_since',
  'What this act changes is not what it was when it was asked for.',
  'Look at it again, and ask anew.',
)
const unreadable = fail('act.unreadable', 'What was asked cannot be read by this version.', 'Reject it, and ask again.')
const tooMany = fail('act.too_many', `${actLimits.waitingMax} acts wait already.`, 'Confirm or reject some of them.')

const waits = (act: DualAct, id: string) =>
  fail(
    'act.waits',
    `The policy gives this to two persons: it waits as ${id}.`,
    `Another person confirms it, a ${confirmersOf[act].map((role) => roleWords[role]).join(' or ')}: holdfast acts confirm ${id}.`,
  )

export function createDualDesk(parts: DualParts): DualDesk {
  const { db, tenant, labels, bodies, station, clock, newId, ceiling, policy, rolesOf, sightOf, mayCall, deadline } = parts
  const rows = createActs(db, tenant)
  interface Performer {
    readonly perform: (input: unknown, caller: Caller) => Promise<Result<unknown>>
    readonly stateOf: (input: unknown) => unknown
  }
  const performers = new Map<string, Performer>()
  /** Binds the input and, where it changes something, what that is now. */
  const hashOf = (text: string, state: unknown): string =>
    formatDigest({ alg: 'sha256', value: sha256(state === undefined ? text : canonicalJson({ input: text, state })) })

  function request(act: DualAct, call: CallName, input: unknown, caller: Caller): Result<never> {
    expire()
    const text = canonicalJson(input)
    const argumentsHash = hashOf(text, performers.get(call)?.stateOf(input))
    const waiting = rows.inState('waiting')
    const same = waiting.find((row) => row.call === call && row.argumentsHash === argumentsHash && row.requestedBy === caller.account)
    if (same !== undefined) return waits(act, same.id)
    if (waiting.length >= actLimits.waitingMax) return tooMany
    // What a person says is no higher than what that person may see.
    const [id, now, label] = [newId('act'), clock(), sightOf(caller.account)?.clearance ?? ceiling()]
    const expiresAt = deadline(actLimits.attendedMs) ?? now + actLimits.unattendedMs
    station.commit(operator(caller), (record) => {
      const body = bodies.put(text, label)
      const row = { id, act, call, arguments: body.body, argumentsHash, labelId: labels.idOf(label) }
      rows.add({ ...row, requestedAt: now, requestedBy: caller.account, expiresAt })
      record({ type: 'act.requested', actId: id, act, call, arguments: body, atMs: now, expiresAtMs: expiresAt }, label)
    })
    return waits(act, id)
  }

  function expire(): void {
    const now = clock()
    const over = rows.inState('waiting').filter(({ expiresAt }) => expiresAt <= now)
    if (over.length === 0) return
    station.commit(scheduler, (record) => {
      for (const { id, labelId } of over) {
        rows.decide(id, 'expired', now, null, null)
        record({ type: 'act.expired', actId: id, atMs: now }, labels.labelOf(labelId))
      }
    })
  }

  /** The act, where this person may decide on it now. */
  function decidable(actId: string, caller: Caller): Result<ActRow> {
    expire()
    const row = rows.get(actId)
    if (row === null) return unknown
    if (row.state !== 'waiting') return decided
    const able = confirmersOf[row.act]
    if (rolesOf(caller.account).some((role) => able.includes(role))) return ok(row)
    const who = able.map((role) => roleWords[role]).join(' or ')
    return fail('role.not_allowed', `This act is decided on by a ${who}.`, 'Ask somebody who has such a role.')
  }

  function end(row: ActRow, state: 'done' | 'failed' | 'unknown', failure: string | null, actor: Actor): void {
    station.commit(actor, (record) => {
      rows.end(row.id, state, failure)
      record({ type: 'act.ended', actId: row.id, code: failure, atMs: clock() }, labels.labelOf(row.labelId))
    })
  }

  return {
    rows,
    dual: (act, name, perform, stateOf) => {
      // The schema of this very call produced the value.
      const read = (input: unknown) => calls[name].input.safeParse(input).data as ParsedInput<typeof name> | undefined
      performers.set(name, {
        perform: async (input, caller) => {
          const parsed = read(input)
          return parsed === undefined ? unreadable : perform(parsed, caller)
        },
        stateOf: (input) => {
          const parsed = read(input)
          return parsed === undefined ? undefined : stateOf?.(parsed)
        },
      })
      return (input, caller) => (policy().dualControl.includes(act) ? request(act, name, input, caller) : perform(input, caller))
    },
    confirm: async (actId, argumentsHash, caller) => {
      const found = decidable(actId, caller)
      if (!found.ok) return found
      const row = found.value
      if (isSamePerson(row.requestedBy, caller.account)) return samePerson
      if (row.argumentsHash !== formatDigest(argumentsHash)) return otherArguments
      const text = bodies.read(row.arguments)
      const performer = performers.get(row.call)
      if (text === null || performer === undefined) return unreadable
      if (row.argumentsHash !== hashOf(text, performer.stateOf(readJson(text)))) return changed
      const asker: Caller = { account: row.requestedBy, shell: caller.shell }
      // Only a call that was wrapped has a performer, so it is a name of the contract.
      if (mayCall(row.call as CallName, asker) !== null) return noLonger
      const now = clock()
      station.commit(operator(caller), (record) => {
        rows.decide(row.id, 'confirmed', now, caller.account, null)
        record({ type: 'act.confirmed', actId: row.id, atMs: now }, labels.labelOf(row.labelId))
      })
      let reply: Result<unknown>
      try {
        reply = await performer.perform(readJson(text), asker)
      } catch (error) {
        end(row, 'unknown', 'call.defect', operator(caller))
        throw error
      }
      end(row, reply.ok ? 'done' : 'failed', reply.ok ? null : reply.error.code, operator(caller))
      return ok({ failure: reply.ok ? null : reply.error })
    },
    reject: (actId, reason, caller) => {
      const found = decidable(actId, caller)
      // Whoever asked may take it back, whatever their role.
      const own = rows.get(actId)
      const row = found.ok ? found.value : own?.state === 'waiting' && isSamePerson(own.requestedBy, caller.account) ? own : null
      if (row === null) return found.ok ? unknown : found
      const label = labels.labelOf(row.labelId)
      station.commit(operator(caller), (record) => {
        const why = bodies.put(reason, label)
        rows.decide(row.id, 'rejected', clock(), caller.account, why.body)
        record({ type: 'act.rejected', actId: row.id, reason: why, atMs: clock() }, label)
      })
      return ok(null)
    },
    expire,
    recover: () => {
      for (const row of rows.inState('confirmed')) end(row, 'unknown', 'act.interrupted', scheduler)
    },
  }
}

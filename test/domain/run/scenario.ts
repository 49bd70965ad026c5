/** Given events, when a command, then events: how the run machine is spoken to in tests. */

import type { Issuer } from '../../../main/domain/actor.ts'
import type { BodyRef } from '../../../main/domain/body-ref.ts'
import { defaultBudget, nothing } from '../../../main/domain/budget.ts'
import { unclassified } from '../../../main/domain/label.ts'
import type { RunCommand } from '../../../main/domain/run/commands.ts'
import { decide } from '../../../main/domain/run/decide.ts'
import type { Executor, RunEvent } from '../../../main/domain/run/events.ts'
import { fold } from '../../../main/domain/run/evolve.ts'
import type { RunStatus } from '../../../main/domain/run/transitions.ts'

export const id = (kind: string, n = 1): string => `${kind}_${String(n).padStart(26, '0')}`
export const body = (n = 1): BodyRef => ({ body: id('bdy', n), commitment: { alg: 'sha256', value: String(n).padStart(64, '0') } })
export const executor: Executor = { boot: id('boot'), pid: 42, startedAt: 'boot:1' }

export const created: RunEvent = {
  type: 'run.created',
  shardId: id('shd'),
  agent: 'ask',
  attempt: 1,
  conversationId: null,
  input: body(),
  budget: defaultBudget,
  depth: 0,
  forkedFrom: null,
  requirements: [],
}
const queued: RunEvent = { type: 'run.queued', from: 'prep', reason: 'user_request', atMs: 1 }
const launching: RunEvent = { type: 'run.launching', from: 'queued', reason: 'scheduler', atMs: 1, executor, epoch: 1 }
const activated: RunEvent = { type: 'run.activated', from: 'launching', reason: 'agent_ready', atMs: 1 }
export const operatorHold: RunEvent = { type: 'hold.opened', holdId: id('hld'), kind: 'operator', atMs: 5, stepId: null, expiresAtMs: null }

/** The shortest history that ends in each status. */
export const historyOf: Readonly<Record<RunStatus, readonly RunEvent[]>> = {
  prep: [created],
  queued: [created, queued],
  held: [created, queued, operatorHold, { type: 'run.held', from: 'queued', reason: 'user_request', atMs: 1 }],
  launching: [created, queued, launching],
  active: [created, queued, launching, activated],
  complete: [
    ...[created, queued, launching, activated],
    {
      type: 'run.completed',
      from: 'active',
      reason: 'completion',
      atMs: 1,
      result: body(9),
      label: unclassified,
    },
  ],
  failed: [
    created,
    queued,
    launching,
    activated,
    { type: 'run.failed', from: 'active', reason: 'failure', atMs: 1, failure: { code: 'child.crash' } },
  ],
  aborted: [created, queued, { type: 'run.aborted', from: 'queued', reason: 'user_request', atMs: 1 }],
}

export const toolProposed = (effect: 'read' | 'idempotent' | 'unsafe', n = 1): RunEvent => ({
  ...{
    type: 'tool.proposed',
    stepId: id('stp', n),
    ordinal: n - 1,
    tool: 'write_file',
    effect,
    risk: 'note',
    input: body(2),
    reserved: nothing,
    atMs: 10,
  },
})
export const toolDispatched = (n = 1): RunEvent => ({ type: 'tool.dispatched', stepId: id('stp', n), atMs: 11 })

/** The types of the events that a command leads to, or the code of its refusal. */
export function outcome(history: readonly RunEvent[], command: RunCommand, issuer: Issuer, atMs = 20): readonly string[] | string {
  const decided = decide(fold(history), command, issuer, atMs)
  return decided.ok ? decided.value.map(({ type }) => type) : decided.error.code
}

/** The state after a command that must be accepted. */
export function after(history: readonly RunEvent[], command: RunCommand, issuer: Issuer, atMs = 20): ReturnType<typeof fold> {
  const decided = decide(fold(history), command, issuer, atMs)
  if (!decided.ok) throw new Error(decided.error.code)
  return fold([...history, ...decided.value])
}

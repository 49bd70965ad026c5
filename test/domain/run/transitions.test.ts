import { expect, test } from 'vitest'
import { unclassified } from '../../../main/domain/label.ts'
import type { RunCommand } from '../../../main/domain/run/commands.ts'
import { decide } from '../../../main/domain/run/decide.ts'
import type { RunEvent } from '../../../main/domain/run/events.ts'
import { fold } from '../../../main/domain/run/evolve.ts'
import { isLegal, isTerminal, type RunStatus, reasons, runStatuses, transitions } from '../../../main/domain/run/transitions.ts'
import { body, executor, historyOf, id } from './scenario.ts'

/** The event that would move a run there, whether it is legal or not. */
function movingEvent(from: RunStatus, to: RunStatus): RunEvent | null {
  const moved = { from, reason: 'scheduler', atMs: 1 } as const
  switch (to) {
    case 'prep':
      return null
    case 'queued':
      return { type: 'run.queued', ...moved }
    case 'held':
      return { type: 'run.held', ...moved }
    case 'launching':
      return { type: 'run.launching', ...moved, executor, epoch: 1 }
    case 'active':
      return { type: 'run.activated', ...moved }
    case 'complete':
      return { type: 'run.completed', ...moved, result: body(), label: unclassified }
    case 'failed':
      return { type: 'run.failed', ...moved, failure: { code: 'child.crash' } }
    case 'aborted':
      return { type: 'run.aborted', ...moved }
  }
}

test('RUN-04 a run has exactly the eight states', () => {
  expect(runStatuses).toEqual(['prep', 'queued', 'held', 'launching', 'active', 'complete', 'failed', 'aborted'])
})

test('RUN-05 of the 56 ordered pairs, the log accepts the legal moves and no other', () => {
  let pairs = 0
  for (const from of runStatuses) {
    for (const to of runStatuses) {
      if (from === to) continue
      pairs += 1
      const event = movingEvent(from, to)
      const move = () => fold([...historyOf[from], ...(event === null ? [] : [event])]).status
      if (isLegal(from, to)) expect(move(), `${from} → ${to}`).toBe(to)
      else if (event !== null) expect(move, `${from} → ${to}`).toThrow(/illegal move/)
    }
  }
  expect(pairs).toBe(56)
})

test('RUN-05 an illegal command is refused and leads to no event', () => {
  const commands: readonly RunCommand[] = [
    { type: 'run.queue', reason: 'scheduler' },
    { type: 'run.launch', executor, epoch: 2 },
    { type: 'run.activate', epoch: 1 },
    { type: 'run.complete', epoch: 1, result: body(), label: unclassified },
    { type: 'run.fail', epoch: 1, code: 'child.crash', reason: 'failure' },
    { type: 'run.abort', epoch: 1, reason: 'user_request' },
    { type: 'run.pause', holdId: id('hld', 7) },
    { type: 'run.cancel', reason: 'user_request' },
    { type: 'run.recover', holdId: id('hld', 7), reason: 'executor_lost' },
  ]
  const issuers = ['operator', 'scheduler', 'runtime', 'model'] as const
  for (const status of runStatuses) {
    for (const command of commands) {
      for (const issuer of issuers) {
        const decided = decide(fold(historyOf[status]), command, issuer, 20)
        // Whatever is accepted folds: the log can never hold a move that is not in the table.
        if (decided.ok) expect(() => fold([...historyOf[status], ...decided.value])).not.toThrow()
        else expect(decided.error.code).toMatch(/^run\./)
        if (isTerminal(status)) expect(decided.ok, `${status} ${command.type}`).toBe(false)
      }
    }
  }
})

test('RUN-06 the table is the one that was agreed', () => {
  const agreed = `prep→queued prep→aborted queued→held queued→launching queued→aborted held→queued held→aborted launching→active
    launching→failed launching→aborted launching→queued active→complete active→failed active→aborted active→held active→queued`
  const table = runStatuses.flatMap((from) => transitions[from].map((to) => `${from}→${to}`))
  expect(table).toEqual(agreed.split(/\s+/))
})

test('RUN-06 every state is reached from prep, every open one reaches all three ends, and ends have no exit', () => {
  const reachable = (from: RunStatus): Set<RunStatus> => {
    const seen = new Set<RunStatus>([from])
    for (const status of seen) for (const next of transitions[status]) seen.add(next)
    return seen
  }
  expect([...reachable('prep')].sort()).toEqual([...runStatuses].sort())
  for (const status of runStatuses) {
    if (isTerminal(status)) expect(transitions[status]).toEqual([])
    else for (const end of ['complete', 'failed', 'aborted'] as const) expect(reachable(status).has(end), `${status} → ${end}`).toBe(true)
  }
})

test('RUN-08 the reasons include those of the catalogue', () => {
  for (const reason of ['user_request', 'scheduler', 'agent_ready', 'completion', 'failure', 'timeout', 'quota_exceeded', 'rate_limit']) {
    expect(reasons).toContain(reason)
  }
})

/** The loop over a real store: whatever an agent or the world around it does, no run stays with an executor that has left it. */
import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { tenantId } from '../../main/composition/store.ts'
import type { Actor } from '../../main/domain/actor.ts'
import { defaultBudget } from '../../main/domain/budget.ts'
import { unclassified } from '../../main/domain/label.ts'
import { fail, ok } from '../../main/domain/result.ts'
import type { RunCommand } from '../../main/domain/run/commands.ts'
import type { ExistingRun } from '../../main/domain/run/state.ts'
import { systemClock } from '../../main/platform/clock.ts'
import { createNewId } from '../../main/platform/ids.ts'
import { createJournal } from '../../main/runs/journal.ts'
import { type Agent, createLoop } from '../../main/runs/loop.ts'
import type { Session } from '../../main/runs/session.ts'
import { createBodies } from '../../main/store/bodies.ts'
import { createBudgetLedger } from '../../main/store/budget-ledger.ts'
import { createEventLog } from '../../main/store/event-log.ts'
import { createLabels } from '../../main/store/labels.ts'
import { openStore } from '../../main/store/open.ts'
import { createRunProjections } from '../../main/store/run-projections.ts'
import { createRuns } from '../../main/store/runs.ts'
import { createTransaction } from '../../main/store/transaction.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'
import { waitUntil } from '../support/wait-until.ts'

const folder = temporaryFolder()
const newId = createNewId(systemClock, randomBytes)
const person: Actor = { issuer: 'operator', account: 'tester' }

interface Hooks {
  readonly onStopped?: () => void
  readonly beforeList?: () => void
}

function openLoop(agent: Agent, { onStopped = () => undefined, beforeList = () => undefined }: Hooks = {}) {
  const db = openStore(join(folder, `${newId('boot')}.db`))
  const labels = createLabels(db)
  const log = createEventLog(db, labels, tenantId)
  const bodies = createBodies(db, labels, folder, newId, tenantId)
  const runs = createRuns(db, labels, tenantId)
  const ledger = createBudgetLedger(db, tenantId)
  const project = createRunProjections(db, labels, ledger, tenantId)
  const store = {
    transaction: createTransaction(db),
    readStream: (stream: string) => log.readStream(stream),
    append: log.append,
    project,
    putBody: bodies.put,
  }
  const journal = createJournal(
    store,
    systemClock,
    () => unclassified,
    () => undefined,
  )
  const defects: unknown[] = []
  const loop = createLoop({
    journal,
    agents: { test: agent },
    runsWith: (statuses) => {
      beforeList()
      return runs.withStatus(statuses)
    },
    readBody: bodies.read,
    executor: { boot: newId('boot'), pid: 1, startedAt: 'boot:1' },
    newId,
    quotaLeft: ledger.left,
    onStopped,
    onDefect: (_where, error) => defects.push(error),
  })
  const runId = newId('run')
  const send = (command: RunCommand) => journal.send(runId, () => [command], person)
  const add = () =>
    journal.send(
      runId,
      (put) => {
        const input = put('{}')
        const shardId = newId('shd')
        const shard = {
          id: shardId,
          agent: 'test',
          task: 'test',
          input: input.body,
          retriesMax: 0,
          timeoutMs: 1,
          label: unclassified,
          budget: defaultBudget,
          requirements: [],
        }
        runs.createShard({ ...shard, at: 1, by: 'tester' })
        return [
          {
            type: 'run.create',
            shardId,
            agent: 'test',
            attempt: 1,
            conversationId: null,
            input,
            budget: defaultBudget,
            depth: 0,
            forkedFrom: null,
            requirements: [],
          },
          { type: 'run.queue', reason: 'user_request' },
        ]
      },
      person,
    )
  const run = (): ExistingRun => {
    const { state } = journal.read(runId)
    if (state.status === 'absent') throw new Error('there is no run')
    return state
  }
  /** No executor has it any more, or will take it. */
  const settled = () => waitUntil(() => !['queued', 'launching', 'active'].includes(run().status), 'the run to end')
  return { loop, add, send, run, settled, defects }
}

const pause = (): RunCommand => ({ type: 'run.pause', holdId: newId('hld') })
const cancel: RunCommand = { type: 'run.cancel', reason: 'user_request' }

/** An agent whose tool does something to its own run, and then throws. */
const throwing = (before: () => void): Agent => {
  return async (session: Session) => {
    const done = await session.tool('tool', 'x', async () => {
      before()
      throw new Error('thrown by a tool')
    })
    return done.ok ? ok({ text: 'x', label: unclassified }) : done
  }
}

describe('RUN-01 a tool that throws leaves no run with an executor', () => {
  const endAfter = async (before: (send: (command: RunCommand) => unknown) => void) => {
    const opened: { send: (command: RunCommand) => unknown } = { send: () => undefined }
    const core = openLoop(throwing(() => before(opened.send)))
    opened.send = core.send
    core.add()
    core.loop.wake()
    await core.settled()
    await core.loop.close()
    expect(core.defects).toHaveLength(1)
    return core.run()
  }

  test('alone, the run fails and its step with it', async () => {
    const run = await endAfter(() => undefined)
    expect([run.status, run.steps.map(({ phase }) => phase)]).toEqual(['failed', ['failed']])
  })

  test('paused meanwhile, the run is held', async () => {
    const run = await endAfter((send) => send(pause()))
    expect([run.status, run.steps.map(({ phase }) => phase)]).toEqual(['held', ['proposed']])
  })

  test('cancelled meanwhile, the run is aborted and its step settled', async () => {
    const run = await endAfter((send) => send(cancel))
    expect([run.status, run.steps.map(({ phase }) => phase)]).toEqual(['aborted', ['failed']])
  })
})

test('RUN-01 a hold released in the moment it stopped the agent is no failure', async () => {
  let times = 0
  const core = openLoop(async () => {
    times += 1
    return times === 1 ? fail('run.has_open_hold', 'The run is held.', 'Release it.') : ok({ text: 'x', label: unclassified })
  })
  core.add()
  core.loop.wake()
  await core.settled()
  await core.loop.close()
  expect([core.run().status, times]).toEqual(['complete', 2])
})

test('RUN-01 what watches the end of a run, or the queue, may throw without ending the core', async () => {
  let lists = 0
  const core = openLoop(async () => ok({ text: 'x', label: unclassified }), {
    onStopped: () => {
      throw new Error('thrown by a watcher')
    },
    beforeList: () => {
      lists += 1
      if (lists === 2) throw new Error('thrown by the list')
    },
  })
  core.add()
  core.loop.wake()
  await core.settled()
  expect(core.run().status).toBe('complete')
  expect(core.defects).toHaveLength(2)
  await core.loop.close()
})

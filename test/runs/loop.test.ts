/** The loop over a real store: whatever an agent or the world around it does, no run stays with an executor that has left it. */
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { unclassified } from '../../main/domain/label.ts'
import { fail, ok } from '../../main/domain/result.ts'
import type { RunCommand } from '../../main/domain/run/commands.ts'
import type { Agent } from '../../main/runs/loop.ts'
import type { Session } from '../../main/runs/session.ts'
import { newId, openRunStore, type RunStoreOptions } from '../support/run-store.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

const folder = temporaryFolder()

function openLoop(agent: Agent, hooks: Pick<RunStoreOptions, 'onStopped' | 'beforeList'> = {}) {
  const engine = openRunStore(join(folder, newId('boot')), { agents: { test: agent }, ...hooks })
  afterAll(engine.stop)
  const runId = engine.start()
  const send = (command: RunCommand) => engine.send(runId, 'operator', command)
  return { ...engine, send, run: () => engine.run(runId), settle: () => engine.settle(runId) }
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

describe('a tool that throws leaves no run with an executor', () => {
  const endAfter = async (before: (send: (command: RunCommand) => unknown) => void) => {
    const opened: { send: (command: RunCommand) => unknown } = { send: () => undefined }
    const core = openLoop(throwing(() => before(opened.send)))
    opened.send = core.send
    await core.settle()
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

test('a hold released in the moment it stopped the agent is no failure', async () => {
  let times = 0
  const core = openLoop(async () => {
    times += 1
    return times === 1 ? fail('run.has_open_hold', 'The run is held.', 'Release it.') : ok({ text: 'x', label: unclassified })
  })
  await core.settle()
  await core.loop.close()
  expect([core.run().status, times]).toEqual(['complete', 2])
})

test('what watches the end of a run, or the queue, may throw without ending the core', async () => {
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
  await core.settle()
  expect(core.run().status).toBe('complete')
  expect(core.defects).toHaveLength(2)
  await core.loop.close()
})

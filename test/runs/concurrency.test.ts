/** How many runs are under way at once, over a real store and loop. */
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { unclassified } from '../../main/domain/label.ts'
import { ok } from '../../main/domain/result.ts'
import { createLoop } from '../../main/runs/loop.ts'
import { newId, openRunStore, testExecutor } from '../support/run-store.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'
import { waitUntil } from '../support/wait-until.ts'

const folder = temporaryFolder()

test('BUD-01 BUD-03 no more runs are under way than may be; the others stay in the queue, in their order, and each is executed once', async () => {
  mkdirSync(join(folder, 'store'))
  const store = openRunStore(join(folder, 'store'))
  let limit = 3
  let underWay = 0
  let most = 0
  const begun: string[] = []
  const gate = { open: Promise.withResolvers<null>() }
  const loop = createLoop({
    journal: store.journal,
    agentOf: () => async (session) => {
      underWay += 1
      most = Math.max(most, underWay)
      begun.push(session.runId)
      await gate.open.promise
      underWay -= 1
      return ok({ text: 'x', label: unclassified })
    },
    runsWith: store.runs.withStatus,
    readBody: store.bodies.read,
    workers: () => limit,
    executor: testExecutor,
    newId,
    quotaLeft: store.ledger.left,
    onStopped: () => undefined,
    onDefect: (_where, error) => {
      throw error
    },
  })
  afterAll(async () => {
    await loop.close()
    store.close()
  })
  const runIds = Array.from({ length: 12 }, () => store.start())
  const statuses = () => runIds.map((runId) => store.run(runId).status)
  loop.wake()
  loop.wake()
  await waitUntil(() => begun.length === 3, 'three runs are under way')
  expect(statuses()).toEqual([...Array(3).fill('active'), ...Array(9).fill('queued')])
  limit = 5
  loop.wake()
  await waitUntil(() => begun.length === 5, 'five runs are under way')
  expect(statuses()).toEqual([...Array(5).fill('active'), ...Array(7).fill('queued')])
  gate.open.resolve(null)
  await waitUntil(() => statuses().every((status) => status === 'complete'), 'all have ended')
  expect([most, begun]).toEqual([5, runIds])
})

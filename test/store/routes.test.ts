/** Decisions, overrides and figures are read from the log itself, by an index where the log is long, and only those made here. */

import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import type { RouteDecision } from '../../main/domain/route.ts'
import { createEndpoints } from '../../main/store/endpoints.ts'
import { createRoutes } from '../../main/store/routes.ts'
import { newId, openRunStore } from '../support/run-store.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

const folder = temporaryFolder()
mkdirSync(join(folder, 'store'))
const store = openRunStore(join(folder, 'store'))
afterAll(() => store.close())
const routes = createRoutes(store.db, 'station')
const decision: RouteDecision = {
  ...{ mode: 'local', tier: 'edge', endpointId: null, model: null, confidence: 0.25, causes: ['failed_attempts'] },
  ...{ refused: [{ endpointId: null, tier: 'datacenter', reason: 'not_configured' }], costMicrosMax: 0, policyVersion: 0 },
}

test('RTE-04 RTE-09 TOL-08 a decision comes back with its reasons, newest first, and only where it was made here', () => {
  const made: string[] = []
  for (let i = 0; i < 3; i++) {
    const runId = store.start()
    const epoch = store.launch(runId)
    made.push(runId)
    store.must(runId, 'runtime', { type: 'route.record', stepId: newId('stp'), epoch, decision: { ...decision, policyVersion: i } })
  }
  const { items, total } = routes.decisions(2, 0)
  expect(total).toBe(3)
  expect(items.map(({ runId }) => runId)).toEqual([made[2], made[1]])
  expect(items[0]?.decision).toEqual({ ...decision, policyVersion: 2 })
  expect(routes.decisions(2, 2).items.map(({ runId }) => runId)).toEqual([made[0]])
  expect(routes.records(1_000).filter(({ type }) => type === 'route.decided')).toHaveLength(3)
  expect(routes.records(0)).toEqual([])
  store.db.prepare('UPDATE runs SET is_imported = 1 WHERE id = ?').run(made[1])
  expect(routes.decisions(9, 0).total).toBe(2)
  expect(createRoutes(store.db, 'harbour').decisions(9, 0)).toEqual({ items: [], total: 0 })
})

test('the log is not read through for them', () => {
  const plan = (sql: string) =>
    store.db
      .prepare<[], { detail: string }>(`EXPLAIN QUERY PLAN ${sql}`)
      .all()
      .map(({ detail }) => detail)
      .join('\n')
  const prepared: string[] = []
  const noting = new Proxy(store.db, {
    get: (db, name) =>
      name !== 'prepare'
        ? Reflect.get(db, name)
        : (sql: string) => {
            prepared.push(sql)
            return db.prepare(sql)
          },
  })
  createRoutes(noting, 'station')
  createEndpoints(noting, store.bodies, 'station')
  const ofType = prepared.filter((sql) => !sql.includes(':kinds'))
  expect(ofType).toHaveLength(6)
  for (const sql of ofType) expect(plan(sql.replace(/:\w+|\?/g, '1'))).toContain('USING INDEX events_of_routing')
})

import { afterAll, describe, expect, test } from 'vitest'
import { createChildHost } from '../../main/platform/child-host.ts'
import { createTableQuery } from '../../main/store/table-query.ts'
import { tableLimits } from '../../main/store/table-sql.ts'
import { runTool } from '../../main/tools/run-tool.ts'
import { tableQuery } from '../../main/tools/table-query.ts'
import { depths, toolContext } from '../support/tool-context.ts'

const host = createChildHost()
afterAll(() => host.close())
const query = createTableQuery(host)
const never = new AbortController().signal
const endless = 'WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n'
const codeOf = (result: Awaited<ReturnType<typeof query>>) => (result.ok ? 'answered' : result.error.code)

describe('a table is queried in a process of its own', () => {
  test('that answers with column names and row numbers', async () => {
    const context = toolContext({ queryTable: query })
    const reply = await runTool(
      tableQuery,
      { documentId: depths.documentId, sql: 'SELECT row, quay, depth_m FROM data WHERE depth_m > 7' },
      context,
    )
    expect(reply).toMatchObject({ ok: true, output: { columns: ['row', 'quay', 'depth_m'], rows: [[2, 'west', 11]] } })
  })

  test('that gets a large table piece by piece, while this one goes on', { timeout: 30_000 }, async () => {
    const rows = Array.from({ length: 50_000 }, (_, i) => [String(i), `name ${i}`, `${i}.5`])
    let longest = 0
    let last = performance.now()
    const beat = setInterval(() => {
      longest = Math.max(longest, performance.now() - last)
      last = performance.now()
    }, 5)
    const result = await query({ columns: ['a', 'b', 'c'], rows }, 'SELECT count(*), sum(a) FROM data', never)
    clearInterval(beat)
    expect(result.ok && result.value.rows).toEqual([[50_000, 1_249_975_000]])
    expect(longest).toBeLessThan(150)
  })

  test.each([
    ["ATTACH '/etc/passwd' AS other", 'table.refused'],
    ['DELETE FROM data', 'table.refused'],
    ['PRAGMA query_only = OFF', 'table.refused'],
    ['SELECT 1; SELECT 2', 'table.refused'],
    ['SELECT depth FROM data', 'table.failed'],
    ['SELECT a.row FROM data a, data b, data c, data d, data e', 'table.result_too_large'],
  ])('that refuses %s', async (sql, code) => {
    expect(codeOf(await query(depths, sql, never))).toBe(code)
  })

  test('that is ended when its query does not end, and the tool fails with a code', { timeout: 20_000 }, async () => {
    const context = toolContext({ queryTable: createTableQuery(host, 1_000) })
    const startedAt = performance.now()
    const reply = await runTool(tableQuery, { documentId: depths.documentId, sql: endless }, context)
    expect(reply).toMatchObject({ ok: false, error: { code: 'table.deadline' } })
    expect(performance.now() - startedAt).toBeLessThan(4_000)
    expect(codeOf(await query(depths, 'SELECT 1', never))).toBe('answered')
  })

  test('that is ended when the call is cancelled', { timeout: 20_000 }, async () => {
    const controller = new AbortController()
    setTimeout(() => controller.abort(), 300)
    const context = toolContext({ queryTable: query, signal: controller.signal })
    const reply = await runTool(tableQuery, { documentId: depths.documentId, sql: endless }, context)
    expect(reply.error?.code).toBe('tool.cancelled')
    expect(reply.metrics.durationMs).toBeLessThan(4_000)
  })

  test('that stays under its limit of memory', { timeout: 30_000 }, async () => {
    const sql = "WITH RECURSIVE n(i, t) AS (SELECT 1, printf('%900000d', 1) UNION SELECT i + 1, t || i FROM n) SELECT count(*) FROM n"
    expect(codeOf(await query(depths, sql, never))).toMatch(/^table\.(failed|memory|deadline)$/)
  })

  test('that is not started for a table over the limits', async () => {
    const rows = Array.from({ length: tableLimits.tableRowsMax + 1 }, () => ['x'])
    expect(codeOf(await query({ columns: ['a'], rows }, 'SELECT 1', never))).toBe('table.too_large')
  })
})

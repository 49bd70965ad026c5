import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { createReader, type Reader } from '../../main/store/reader.ts'
import { activateEmbedder, putVectors, registerEmbedder } from '../../main/store/vectors.ts'
import { type Holdings, openHoldings } from '../support/holdings.ts'
import { randomUnit, seeded } from '../support/random.ts'

let holdings: Holdings
let reader: Reader
beforeEach(() => {
  holdings = openHoldings()
  reader = createReader(holdings.file, 'station')
})
afterEach(async () => {
  await reader.close()
  holdings.close()
})

const everything = { collections: null, labels: null }
const code = (result: { readonly ok: boolean; readonly error?: { readonly code: string } }) => (result.ok ? 'ok' : result.error?.code)

test('searches in the worker see what is committed, without a new reader', async () => {
  const search = () => reader.searchTerms({ expression: '"pump"', filter: everything, count: 10 })
  expect(await search()).toEqual({ ok: true, value: [] })
  holdings.add({ passages: ['pump'] })
  expect(await search()).toMatchObject({ ok: true, value: [{ passage: 1 }] })
  expect(await reader.countTerms(['pump'])).toEqual({ ok: true, value: { passages: 1, counts: [1] } })
  expect(await reader.readPassages([1], everything)).toMatchObject({ ok: true, value: [{ text: 'pump' }] })
})

test('the serving embedder is the active one with its count', async () => {
  expect(await reader.serving()).toEqual({ ok: true, value: null })
  holdings.add({ passages: ['pump'] })
  const row = registerEmbedder(holdings.db, 'station', { key: 'a', name: 'a', dimensions: 2 })
  putVectors(holdings.db, 'station', row, [{ passage: 1, vector: Float32Array.of(1, 0) }])
  activateEmbedder(holdings.db, 'station', row.id)
  expect(await reader.serving()).toMatchObject({ ok: true, value: { key: 'a', isActive: true, vectors: 1 } })
})

test('an expression that SQLite refuses is a failure without its text, and the worker lives on', async () => {
  const result = await reader.searchTerms({ expression: 'nightjar AND (', filter: everything, count: 10 })
  expect(code(result)).toBe('store.reader_failed')
  expect(JSON.stringify(result)).not.toContain('nightjar')
  expect(code(await reader.serving())).toBe('ok')
})

test('a closed reader fails at once, also what was under way', async () => {
  const running = reader.countTerms(['pump'])
  await reader.close()
  expect(['ok', 'store.reader_closed']).toContain(code(await running))
  expect(code(await reader.serving())).toBe('store.reader_closed')
})

test('a database that cannot be opened is a failure, never an exception', async () => {
  const file = join(holdings.folder, 'not-a-database.db')
  writeFileSync(file, 'x'.repeat(8_192))
  const broken = createReader(file, 'station')
  expect(code(await broken.serving())).toBe('store.reader_gone')
  expect(code(await broken.serving())).toBe('store.reader_gone')
  await broken.close()
})

test('long searches do not hold up the event loop', async () => {
  const dimensions = 384
  const random = seeded(1)
  const row = registerEmbedder(holdings.db, 'station', { key: 'a', name: 'a', dimensions })
  const { passages } = holdings.add({ passages: Array.from({ length: 6_000 }, (_, i) => `pump lamp ${i}`) })
  putVectors(
    holdings.db,
    'station',
    row,
    passages.map((passage) => ({ passage, vector: randomUnit(random, dimensions) })),
  )
  await reader.serving()
  const delay = monitorEventLoopDelay({ resolution: 5 })
  delay.enable()
  for (let i = 0; i < 20; i++) {
    await Promise.all([
      reader.nearest({ embedder: row.id, vector: randomUnit(random, dimensions), count: 100, filter: everything }),
      reader.searchTerms({ expression: '"pump" OR "lamp"', filter: everything, count: 100 }),
    ])
  }
  delay.disable()
  expect(delay.percentile(50) / 1e6).toBeLessThan(25)
})

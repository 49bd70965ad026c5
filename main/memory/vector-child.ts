/**
 * The process that holds LanceDB. It keeps vectors, numbers and nothing else: no text ever lies in its files, and all of them can be
 * deleted at any time.
 */
import { mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import type { Table } from '@lancedb/lancedb'
import { Refusal, serveChild } from '../child-main.ts'
import type { VectorFilter } from '../world.ts'
import type { OpenReply, SearchReply, VectorColumns, VectorMessage } from './vector-messages.ts'

const limits = {
  /** Below this many rows every vector is compared; above it a graph proposes candidates. */
  graphRowsMin: 100_000,
  /** Rows added since the graph was built that may be compared one by one before it is built again. */
  graphStaleShareMax: 0.1,
  /** A graph's candidates are compared by their whole vectors: three times as many as asked for, and never fewer than this. */
  refineFactor: 3,
  refinedMin: 200,
  graphBreadthMin: 400,
} as const

const load = async () => ({ lance: await import('@lancedb/lancedb'), arrow: await import('apache-arrow') })
type Native = Awaited<ReturnType<typeof load>>

interface Open {
  readonly native: Native
  readonly dimensions: number
  readonly table: Table
}
let open: Open | null = null

function opened(): Open {
  if (open === null) throw new Refusal('vectors.not_open', 'The vector index is not open.', 'It is opened again by itself.')
  return open
}

const vectorType = (arrow: Native['arrow'], dimensions: number) =>
  new arrow.FixedSizeList(dimensions, new arrow.Field('item', new arrow.Float32(), false))

function schemaOf({ arrow }: Native, dimensions: number) {
  const number = () => new arrow.Int64()
  return new arrow.Schema([
    new arrow.Field('passage', number(), false),
    new arrow.Field('document', number(), false),
    new arrow.Field('collection', number(), false),
    new arrow.Field('label', number(), false),
    new arrow.Field('vector', vectorType(arrow, dimensions), false),
  ])
}

async function openTable(folder: string, name: string, dimensions: number): Promise<OpenReply> {
  const native = await load()
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const connection = await native.lance.connect(folder, { readConsistencyInterval: 0 })
  const names = await connection.tableNames()
  const table = names.includes(name)
    ? await connection.openTable(name)
    : await connection.createEmptyTable(name, schemaOf(native, dimensions))
  open = { native, dimensions, table }
  let rows = 0
  let checksum = 0
  for await (const batch of table.query().select(['passage', 'collection', 'label'])) {
    const column = (name: string) => batch.getChild(name)
    const [passages, collections, labels] = [column('passage'), column('collection'), column('label')]
    for (let i = 0; i < batch.numRows; i++)
      checksum += (Number(passages?.get(i)) * 31 + Number(collections?.get(i))) * 31 + Number(labels?.get(i))
    rows += batch.numRows
  }
  return { rows, checksum }
}

async function add({ native, table, dimensions }: Open, columns: VectorColumns): Promise<null> {
  const { arrow } = native
  const schema = schemaOf(native, dimensions)
  const numbers = (values: Float64Array) =>
    arrow.makeData({ type: new arrow.Int64(), data: BigInt64Array.from(values, (value) => BigInt(value)) })
  const length = columns.passages.length
  const child = arrow.makeData({ type: new arrow.Float32(), data: columns.vectors })
  const children = [
    ...[columns.passages, columns.documents, columns.collections, columns.labels].map(numbers),
    arrow.makeData({ type: vectorType(arrow, dimensions), length, child }),
  ]
  const batch = new arrow.RecordBatch(schema, arrow.makeData({ type: new arrow.Struct(schema.fields), length, children }))
  await table.add(new arrow.Table(schema, batch))
  return null
}

/** Only numbers come in, so nothing of a person's can reach the predicate. */
function predicate(filter: VectorFilter): string {
  const list = (column: string, values: readonly number[] | null) => {
    if (values === null) return []
    return [values.length === 0 ? 'false' : `${column} IN (${values.map((value) => Math.trunc(value)).join(', ')})`]
  }
  return [...list('collection', filter.collections), ...list('label', filter.labels)].join(' AND ')
}

async function search({ table }: Open, vector: Float32Array, count: number, filter: VectorFilter): Promise<SearchReply> {
  const where = predicate(filter)
  let query = table
    .vectorSearch(vector)
    .distanceType('dot')
    .ef(Math.max(limits.graphBreadthMin, count * limits.refineFactor))
    .refineFactor(Math.max(limits.refineFactor, Math.ceil(limits.refinedMin / count)))
    .limit(count)
    .select(['passage', '_distance'])
  // A filter given before the search is a prefilter: the nearest of the permitted rows come back.
  if (where !== '') query = query.where(where)
  const found: Array<{ passage: number; similarity: number }> = []
  for (const row of await query.toArray()) found.push({ passage: Number(row.passage), similarity: 1 - Number(row._distance) })
  found.sort((a, b) => b.similarity - a.similarity || a.passage - b.passage)
  return {
    passages: Float64Array.from(found, ({ passage }) => passage),
    similarities: Float64Array.from(found, ({ similarity }) => similarity),
  }
}

/** Compacts, drops old versions, and builds the graph when there are rows enough. */
async function optimise({ native, table }: Open): Promise<null> {
  const rows = await table.countRows()
  if (rows >= limits.graphRowsMin) {
    const [index] = await table.listIndices()
    const indexed = index === undefined ? 0 : ((await table.indexStats(index.name))?.numIndexedRows ?? 0)
    if (rows - indexed > rows * limits.graphStaleShareMax)
      await table.createIndex('vector', { config: native.lance.Index.hnswSq({ distanceType: 'dot', numPartitions: 1 }), replace: true })
  }
  await table.optimize()
  // Cleaning spares the versions that it makes itself, so it runs after the compaction, not with it. This process is the only one that
  // writes here, so files of unfinished transactions are leftovers.
  await table.optimize({ cleanupOlderThan: new Date(), deleteUnverified: true })
  return null
}

/** Deletes files, not rows: a damaged table may refuse to be opened or dropped. */
function clear(folder: string, name: string, dimensions: number): Promise<OpenReply> {
  open?.table.close()
  open = null
  rmSync(join(folder, `${name}.lance`), { recursive: true, force: true })
  return openTable(folder, name, dimensions)
}

async function answer(message: VectorMessage): Promise<unknown> {
  switch (message.kind) {
    case 'open':
      return openTable(message.folder, message.table, message.dimensions)
    case 'add':
      return add(opened(), message.columns)
    case 'removeDocuments':
      await opened().table.delete(`document IN (${message.documents.map((document) => Math.trunc(document)).join(', ')})`)
      return null
    case 'search':
      return search(opened(), message.vector, message.count, message.filter)
    case 'optimise':
      return optimise(opened())
    case 'clear':
      return clear(message.folder, message.table, message.dimensions)
  }
}

// Only the core sends messages here, and only of this type.
serveChild((request) => answer(request as VectorMessage))

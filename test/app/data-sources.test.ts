/** An agent that may not retrieve from a source: by search, by id, by list, by table and in its draft, the source is not there. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { installedAgents } from '../../main/composition/read-agents.ts'
import { AgentDefinition, type InstalledAgent } from '../../main/domain/agent.ts'
import { DataSources } from '../../main/domain/data-sources.ts'
import { createExactSearch, exactLimits } from '../../main/store/exact-search.ts'
import { openReader } from '../../main/store/open.ts'
import { searchTerms } from '../../main/store/passages.ts'
import { activeEmbedder } from '../../main/store/vectors.ts'
import { tinyModels } from '../support/models.ts'
import { type OpenApp, openApp } from '../support/open-app.ts'
import { scriptedModel } from '../support/scripted-model.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

const folder = temporaryFolder()
const open = 'The north pump failed at 14:05 on Tuesday. Crew Seven repaired it.'
const closed = 'The north pump failed, the north pump failed: it was sabotage by Crew Nine.'
const [openFile, closedFile, closedTable] = ['open.md', 'closed.md', 'closed.csv'].map((name) => join(folder, name)) as [
  string,
  string,
  string,
]
writeFileSync(openFile, `# Log\n\n${open}\n`)
writeFileSync(closedFile, `# North pump\n\n${closed}\n`)
writeFileSync(closedTable, 'pump,cause\nnorth pump,sabotage\n')

const sources = DataSources.parse({ deniedDataSources: ['closed papers'] })
const agents: readonly InstalledAgent[] = installedAgents().map((agent) => ({
  ...agent,
  definition: AgentDefinition.parse({ ...agent.definition, ...sources }),
}))
const script = scriptedModel()
let core: OpenApp
let denied: { readonly documentId: string; readonly tableId: string }

beforeAll(async () => {
  core = await openApp(join(folder, 'data'), { agents, askSources: sources, inference: script.inference })
  await core.ingest([closedFile, closedTable], { collection: 'Closed papers' })
  await core.ingest([openFile], { collection: 'Open papers' })
  const { items } = await core.call('documents.list', { collection: 'Closed papers' })
  const idOf = (file: string) => items.find((item) => item.file === file)?.id ?? ''
  denied = { documentId: idOf('closed.md'), tableId: idOf('closed.csv') }
})

/** What the tools of one run replied, in the order of the calls. */
async function replies(calls: readonly object[]): Promise<readonly string[]> {
  script.answers.push(...calls.map((call) => JSON.stringify(call)), '{"tool":"draft_report"}', '{"claims":[]}')
  const { runId } = await core.call('runs.start', { agent: 'report-writer', input: { topic: 'Why did the north pump fail?' } })
  await core.settled(runId)
  const { items } = await core.call('steps.list', { runId })
  const outputs = items.filter(({ kind }) => kind === 'tool').map(({ output }) => output)
  return Promise.all(outputs.map(async (body) => (body === null ? '' : ((await core.call('bodies.read', { runId, body })).text ?? ''))))
}

describe('RTE-07 retrieval from a denied source is blocked', () => {
  beforeAll(async () => {
    await core.call('models.import', { source: { path: tinyModels(folder).decoder } })
  })

  test('in every tool', async () => {
    const { documentId, tableId } = denied
    const found = await replies([
      { tool: 'search_holdings', arguments: { query: 'north pump failed sabotage', collection: null, count: 10 } },
      { tool: 'search_holdings', arguments: { query: 'north pump failed sabotage', collection: 'Closed papers', count: 10 } },
      { tool: 'read_passage', arguments: { passageId: `${documentId}.0` } },
      { tool: 'read_document', arguments: { documentId } },
      { tool: 'list_documents', arguments: {} },
      { tool: 'table_query', arguments: { documentId: tableId, sql: 'SELECT * FROM data' } },
    ])
    expect(found).toHaveLength(6)
    for (const text of found) expect(text).not.toMatch(/sabotage|closed\.(md|csv)/)
    expect(found[0]).toContain('Crew Seven')
    expect(found[1]).toContain('"passages":[]')
    expect(found[2]).toContain('passage.unknown')
    expect([found[3], found[5]].every((text) => text?.includes('document.unknown'))).toBe(true)
    expect(found[4]).toContain('"total":1')
  })

  test('in an answer, which is given from what is left', async () => {
    const run = await core.ask('Why did the north pump fail?')
    const { answer } = await core.call('ask.answer', { runId: run.id })
    expect(JSON.stringify(answer)).not.toMatch(/sabotage|closed/)
    expect(answer?.citations.map(({ file }) => file) ?? []).toEqual(['open.md'])
  })

  test('inside the query: what is denied takes no place among the results, whichever search serves', () => {
    const db = openReader(core.paths.database)
    const filter = { collections: null, labels: null, sources }
    const words = searchTerms(db, 'station', { expression: '"north" OR "pump"', filter, count: 1 })
    const embedder = activeEmbedder(db, 'station')
    const [row] = db
      .prepare<[], { passage: number; vector: Buffer }>(
        `SELECT v.passage_id AS passage, v.vector FROM vectors v JOIN passages p ON p.id = v.passage_id JOIN documents d ON d.id = p.document_id
       WHERE d.file = 'closed.md'`,
      )
      .all()
    const vector = new Float32Array(new Uint8Array(row?.vector ?? []).buffer)
    const query = { embedder: embedder?.id ?? 0, vector, count: 1, filter }
    const memory = createExactSearch(db, 'station')
    const rows = createExactSearch(db, 'station', { ...exactLimits, cachedBytesMax: 0 })
    const all = [words, memory.nearest(query), rows.nearest(query), memory.rescore(query, [row?.passage ?? 0, words[0]?.passage ?? 0])]
    expect(all.map((hits) => hits.map(({ passage }) => passage))).toEqual(all.map(() => [words[0]?.passage]))
    expect(words[0]?.passage).not.toBe(row?.passage)
    expect(memory.nearest({ ...query, filter: { collections: null, labels: null } })[0]?.passage).toBe(row?.passage)
    db.close()
  })

  test('and a person, who is no agent, still finds it', async () => {
    expect((await core.call('search.query', { query: 'sabotage' })).hits.map(({ file }) => file)).toContain('closed.md')
  })
})

/** The sample case and the fixture documents, read and indexed by the product's own parts, ready to be asked. */
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { builtinEmbedder } from '../../main/memory/builtin-embedder.ts'
import { chunk } from '../../main/memory/chunk.ts'
import { fields } from '../../main/memory/cite.ts'
import { indexText, terms } from '../../main/memory/lexical.ts'
import { createDocumentParser } from '../../main/memory/parse-host.ts'
import { createRecall, passageText } from '../../main/memory/recall.ts'
import { answerReflex, blockSpans, type Lexicon, type ReflexPassage, reflexLimits } from '../../main/models/reflex.ts'
import { createChildHost } from '../../main/platform/child-host.ts'
import { insertPassages } from '../../main/store/passages.ts'
import { createReader } from '../../main/store/reader.ts'
import { activateEmbedder, putVectors, registerEmbedder } from '../../main/store/vectors.ts'
import { openHoldings } from './holdings.ts'
import type { Shown } from './questions.ts'

const root = join(import.meta.dirname, '../..')
const folders = [join(root, 'main/sample-case/documents'), join(root, 'test/fixtures/holdings/documents')]

export interface QuestionHoldings {
  readonly documents: number
  readonly passages: number
  /** What recall finds, as the answerer gets it. */
  find(question: string): Promise<{ readonly passages: readonly ReflexPassage[]; readonly lexicon: Lexicon }>
  ask(question: string): Promise<readonly Shown[]>
  close(): Promise<void>
}

export async function openQuestionHoldings(): Promise<QuestionHoldings> {
  const holdings = openHoldings()
  const childHost = createChildHost()
  const parser = createDocumentParser(childHost)
  const embedder = registerEmbedder(holdings.db, builtinEmbedder)
  const label = holdings.label('unclassified')
  const collection = holdings.collection('Documents')
  const insert = holdings.db.prepare(
    `INSERT INTO documents (public_id, tenant_id, collection_id, label_id, file, title, format, digest, bytes, pages, missing,
       imported_at, imported_by, is_ready) VALUES (?, 'station', ?, ?, ?, null, 'text', ?, 0, '[]', '[]', 0, 'test', 1)`,
  )
  let documents = 0
  let passages = 0
  for (const folder of folders) {
    for (const file of readdirSync(folder).sort()) {
      const parsed = await parser.parse({ path: join(folder, file), fileName: file })
      if (!parsed.ok) throw new Error(`${file}: ${parsed.error.code} ${parsed.error.message}`)
      documents += 1
      const drafts = chunk(parsed.value)
      passages += drafts.length
      holdings.db.prepare('INSERT INTO blobs (digest, size, bytes) VALUES (?, 0, null)').run(file)
      const document = Number(insert.run(`doc_${String(documents).padStart(26, '0')}`, collection, label, file, file).lastInsertRowid)
      const rows = insertPassages(holdings.db, { tenantId: 'station', document, collection, label }, drafts, indexText)
      const vectors = await builtinEmbedder.embedPassages(drafts.map(passageText))
      if (!vectors.ok) throw new Error(vectors.error.message)
      putVectors(
        holdings.db,
        embedder,
        rows.flatMap((passage, i) => {
          const vector = vectors.value[i]
          return vector === undefined ? [] : [{ passage, vector }]
        }),
      )
    }
  }
  activateEmbedder(holdings.db, embedder.id)
  await parser.close()
  await childHost.close()
  const reader = createReader(holdings.file)
  const recall = createRecall({ reader, embedderOf: (key) => (key === builtinEmbedder.key ? builtinEmbedder : null) })

  const find = async (question: string) => {
    const found = await recall.search({ query: question, collections: null, labels: null, count: reflexLimits.passagesMax })
    const rarity = await recall.rarity(terms(question))
    if (!found.ok || !rarity.ok) throw new Error('recall failed')
    const numbered = found.value.hits.map(
      ({ passage }, i): ReflexPassage => ({
        n: i + 1,
        file: passage.file,
        heading: passage.heading,
        text: passage.text,
        fields: fields(passage.anchors),
        blocks: blockSpans(passage.anchors),
      }),
    )
    return { passages: numbered, lexicon: { terms, rarity: rarity.value } }
  }

  return {
    documents,
    passages,
    find,
    ask: async (question) => {
      const found = await find(question)
      return (answerReflex(question, found.passages, found.lexicon) ?? []).flatMap(({ n, quote }) => {
        const passage = found.passages.find((candidate) => candidate.n === n)
        return passage === undefined ? [] : [{ file: passage.file, quote, passage: passage.text, fields: passage.fields }]
      })
    },
    close: async () => {
      await reader.close()
      holdings.close()
    },
  }
}

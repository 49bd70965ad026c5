/** The two public retrieval collections beside the repository, and the measures they are judged by. Null when they are not there. */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

const root = join(import.meta.dirname, '..', '..', '..', 'shared', 'data', 'retrieval')

export interface RetrievalSet {
  readonly name: string
  readonly passages: ReadonlyArray<{ readonly id: string; readonly text: string }>
  readonly questions: ReadonlyArray<{ readonly text: string; readonly relevant: ReadonlySet<string> }>
}

const read = (path: string): string | null => (existsSync(join(root, path)) ? readFileSync(join(root, path), 'latin1') : null)

/** Vaswani's NPL collection: 11,429 abstracts, 93 questions. */
export function readNpl(): RetrievalSet | null {
  const texts = read('npl/doc-text.trec')
  const questions = read('npl/query-text.trec')
  const judgements = read('npl/qrels')
  if (texts === null || questions === null || judgements === null) return null
  const relevant = new Map<string, Set<string>>()
  for (const line of judgements.split('\n')) {
    const [question, , passage, grade] = line.trim().split(/\s+/)
    if (question === undefined || passage === undefined || grade !== '1') continue
    relevant.set(question, (relevant.get(question) ?? new Set()).add(passage))
  }
  return {
    name: 'npl',
    passages: [...texts.matchAll(/<DOCNO>(\d+)<\/DOCNO>([\s\S]*?)<\/DOC>/g)].map(([, id = '', text = '']) => ({ id, text: text.trim() })),
    questions: [...questions.matchAll(/<num>(\d+)<\/num><title>([\s\S]*?)<\/title>/g)].map(([, id = '', text = '']) => ({
      text: text.trim(),
      relevant: relevant.get(id) ?? new Set(),
    })),
  }
}

interface CodeFile {
  readonly original_uuid: string
  readonly chunks: ReadonlyArray<{ readonly original_index: number; readonly content: string }>
}
interface CodeQuestion {
  readonly query: string
  readonly golden_chunk_uuids: ReadonlyArray<readonly [string, number]>
}

/** 737 pieces of source code, 248 questions about them. */
export function readCode(): RetrievalSet | null {
  const path = join(root, 'code')
  if (!existsSync(path)) return null
  // The set's own published shape.
  const files = JSON.parse(readFileSync(join(path, 'codebase_chunks.json'), 'utf8')) as CodeFile[]
  const lines = readFileSync(join(path, 'evaluation_set.jsonl'), 'utf8').trim().split('\n')
  return {
    name: 'code',
    passages: files.flatMap((file) =>
      file.chunks.map(({ original_index, content }) => ({ id: `${file.original_uuid}/${original_index}`, text: content })),
    ),
    questions: lines.map((line) => {
      const { query, golden_chunk_uuids } = JSON.parse(line) as CodeQuestion
      return { text: query, relevant: new Set(golden_chunk_uuids.map(([file, index]) => `${file}/${index}`)) }
    }),
  }
}

export function ndcgAt10(found: readonly string[], relevant: ReadonlySet<string>): number {
  const gain = (rank: number) => 1 / Math.log2(rank + 2)
  const ideal = Array.from({ length: Math.min(10, relevant.size) }, (_, i) => gain(i)).reduce((sum, value) => sum + value, 0)
  const got = found.slice(0, 10).reduce((sum, id, i) => sum + (relevant.has(id) ? gain(i) : 0), 0)
  return ideal === 0 ? 0 : got / ideal
}

export function averagePrecision(found: readonly string[], relevant: ReadonlySet<string>): number {
  let hits = 0
  const sum = found.reduce((total, id, i) => (relevant.has(id) ? total + ++hits / (i + 1) : total), 0)
  return relevant.size === 0 ? 0 : sum / relevant.size
}

export const recallAt = (found: readonly string[], relevant: ReadonlySet<string>, count: number): number =>
  relevant.size === 0 ? 0 : found.slice(0, count).filter((id) => relevant.has(id)).length / relevant.size

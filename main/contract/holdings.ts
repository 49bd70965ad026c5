/** Collections, imports, documents and search, as they cross the border. */
import * as z from 'zod'
import { Block, DocumentFormat, MissingPart, PageSize } from '../domain/document.ts'
import { holdingsLimits } from '../domain/holdings-limits.ts'
import { idOf, PassageId } from '../domain/ids.ts'
import { Label, LabelName } from '../domain/label.ts'
import { Locator } from '../domain/locator.ts'

const count = z.int().min(0)
const time = z.int().min(0)
export const CollectionName = z.string().trim().min(1).max(80)

export const Collection = z.strictObject({ id: idOf('col'), name: z.string(), label: Label, documents: count })
export type Collection = z.infer<typeof Collection>

export const fileOutcomes = ['waiting', 'reading', 'indexed', 'indexed_in_part', 'duplicate', 'refused', 'cancelled'] as const
export const FileOutcome = z.enum(fileOutcomes)
export type FileOutcome = z.infer<typeof FileOutcome>

/** What became of one file of an import. `code`, `reason` and `hint` are there when it was refused. */
export const ImportedFile = z.strictObject({
  file: z.string(),
  outcome: FileOutcome,
  documentId: idOf('doc').nullable(),
  passages: count,
  pages: count,
  missing: z.array(MissingPart),
  code: z.string().nullable(),
  reason: z.string().nullable(),
  hint: z.string().nullable(),
})
export type ImportedFile = z.infer<typeof ImportedFile>

export const Import = z.strictObject({
  id: idOf('imp'),
  collection: z.string(),
  state: z.enum(['running', 'finished', 'cancelled']),
  startedAt: time,
  finishedAt: time.nullable(),
  totals: z.strictObject({ files: count, done: count, indexed: count, inPart: count, duplicates: count, refused: count, passages: count }),
})
export type Import = z.infer<typeof Import>

/** Where an import's bytes come from: a file or folder on this machine, or an upload made before. */
export const ImportSource = z.union([z.strictObject({ path: z.string().min(1).max(4096) }), z.strictObject({ uploadId: idOf('upl') })])
export type ImportSource = z.infer<typeof ImportSource>

export const StartImport = z.strictObject({
  sources: z.array(ImportSource).min(1).max(holdingsLimits.sourcesMax),
  collection: CollectionName.default('Documents'),
  level: LabelName.optional(),
  /** The whole label, where a level does not say it. */
  label: Label.optional(),
})

export const DocumentSummary = z.strictObject({
  id: idOf('doc'),
  collection: z.string(),
  file: z.string(),
  title: z.string().nullable(),
  format: DocumentFormat,
  bytes: count,
  pages: count,
  passages: count,
  missing: z.array(MissingPart),
  label: Label,
  importedAt: time,
})
export type DocumentSummary = z.infer<typeof DocumentSummary>

/** Why a label is changed, for whoever reads the record. */
export const LabelReason = z.string().trim().min(1).max(2_000)

/** One entry of the history of a document's label; `from` of an import is what was said of it, which its own marks may have raised. */
export const LabelEntry = z.strictObject({
  kind: z.enum(['imported', 'raised', 'lowered']),
  at: time,
  by: z.string(),
  from: Label,
  to: Label,
  /** Null where none was given, after a purge, and for whoever may not see it. */
  reason: z.string().nullable(),
})
export type LabelEntry = z.infer<typeof LabelEntry>

/** A document's label and how it came to it, oldest first; it is never lowered below its collection's floor. */
export const DocumentLabels = z.strictObject({ documentId: idOf('doc'), label: Label, floor: Label, history: z.array(LabelEntry) })
export type DocumentLabels = z.infer<typeof DocumentLabels>

/** The air-gap bundle that brought a document, and the dataset in it. */
export const BroughtBy = z.strictObject({
  bundle: z.string(),
  channel: z.string(),
  seq: count,
  title: z.string(),
  version: z.string(),
})

export const DocumentContent = z.strictObject({
  document: DocumentSummary,
  pages: z.array(PageSize),
  blockCount: count,
  /** Null where a person imported it. */
  broughtBy: BroughtBy.nullable(),
})
export type DocumentContent = z.infer<typeof DocumentContent>
export const BlockPage = z.strictObject({ from: count, blocks: z.array(Block), total: count })
/** Bytes of the original file, base64. */
export const ByteRange = z.strictObject({ offset: count, total: count, data: z.string() })

/** Where a passage's quoted span lies in the blocks of its document: enough for a viewer to highlight it. */
export const PassageSpan = z.strictObject({ block: count, start: count, end: count })
export const PassageDetail = z.strictObject({
  id: PassageId,
  documentId: idOf('doc'),
  text: z.string(),
  heading: z.string(),
  /** Where the asked-for quote stands, or the whole passage where no quote was given. */
  locator: Locator,
  /** The spans of the asked-for quote, or of the whole passage where no quote was given. */
  spans: z.array(PassageSpan),
})
export type PassageDetail = z.infer<typeof PassageDetail>

/** Why a passage ranked where it did: rank and score in each stage, and what each added to the fused score. Null = the stage did not find it. */
export const StageTrace = z.strictObject({
  stage: z.enum(['bm25', 'vector']),
  rank: z.int().min(1).nullable(),
  score: z.number().nullable(),
  contribution: z.number(),
})
export const SearchHit = z.strictObject({
  rank: z.int().min(1),
  passageId: PassageId,
  documentId: idOf('doc'),
  file: z.string(),
  collection: z.string(),
  heading: z.string(),
  text: z.string(),
  locator: Locator,
  label: Label,
  /** Sum of the stages' contributions. */
  score: z.number(),
  /** Share of the question's rare terms that the passage covers, 0–1. */
  coverage: z.number(),
  trace: z.array(StageTrace),
})
export type SearchHit = z.infer<typeof SearchHit>

export const SearchResult = z.strictObject({
  query: z.string(),
  hits: z.array(SearchHit),
  /** Which embedder and which vector search really served. */
  embedder: z.string(),
  vectorSearch: z.enum(['lancedb', 'exact']),
  tookMs: z.number().min(0),
})
export type SearchResult = z.infer<typeof SearchResult>

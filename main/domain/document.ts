/** What a parser makes of a file, and what the chunker makes of that. Text here comes from strangers: it is shown and searched, never obeyed. */
import * as z from 'zod'
import { Label } from './label.ts'
import { Locator } from './locator.ts'

export const documentFormats = ['pdf', 'docx', 'html', 'markdown', 'text', 'csv'] as const
export const DocumentFormat = z.enum(documentFormats)
export type DocumentFormat = z.infer<typeof DocumentFormat>

/**
 * A part of a block whose place is known more exactly than the block's: a line of a PDF paragraph, a cell of a row.
 * `start` and `end` count UTF-16 code units of the block's text; `isField` marks a whole cell or field.
 */
export const BlockPart = z.strictObject({ start: z.int().min(0), end: z.int().min(0), locator: Locator, isField: z.boolean() })
export type BlockPart = z.infer<typeof BlockPart>

export const blockKinds = ['heading', 'paragraph', 'item', 'quotation', 'code', 'caption', 'row'] as const

/** One paragraph, heading, list item or table row, in reading order. */
export const Block = z.strictObject({
  kind: z.enum(blockKinds),
  /** 1–6 for a heading, nesting depth from 1 for a list item, else 0. */
  depth: z.int().min(0).max(9),
  text: z.string(),
  locator: Locator,
  parts: z.array(BlockPart),
  /** Rows of one table share its number (from 1); 0 outside tables. The first row of a table may be its header. */
  table: z.int().min(0),
  isHeader: z.boolean(),
})
export type Block = z.infer<typeof Block>

/** A piece of a document that could not be read, and why, in words for the person who imported it. */
export const MissingPart = z.strictObject({ where: z.string(), reason: z.string() })
export type MissingPart = z.infer<typeof MissingPart>

/** Page size in points as displayed (rotation applied), page by page; empty where a format has no pages. */
export const PageSize = z.strictObject({ width: z.number(), height: z.number() })

export type PageSize = z.infer<typeof PageSize>

export const ParsedDocument = z.strictObject({
  format: DocumentFormat,
  title: z.string().nullable(),
  pages: z.array(PageSize),
  blocks: z.array(Block),
  missing: z.array(MissingPart),
  /** Lines at the head and foot of the pages, where the reader keeps them apart from the text. */
  marginLines: z.array(z.string()).optional(),
})
export type ParsedDocument = z.infer<typeof ParsedDocument>

/** Ties a stretch of a passage's text to the block it came from, with the finest locator known for it. */
export const Anchor = z.strictObject({
  start: z.int().min(0),
  end: z.int().min(0),
  block: z.int().min(0),
  /** Where the stretch begins in the block's text. */
  offset: z.int().min(0),
  locator: Locator,
  isField: z.boolean(),
})
export type Anchor = z.infer<typeof Anchor>

/** What the chunker cuts: about 800 characters that never cross a page, a heading or a table. */
export const PassageDraft = z.strictObject({
  ordinal: z.int().min(0),
  /** Title and heading path, as far as they are no higher than the passage: indexed with it, so that it is found by what it stands under, but never quoted. */
  heading: z.string(),
  text: z.string(),
  locator: Locator,
  anchors: z.array(Anchor),
  /** What the marks of its own portion say; null = as high as its document. */
  label: Label.nullable(),
})
export type PassageDraft = z.infer<typeof PassageDraft>

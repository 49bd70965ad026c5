/** Reads a document with the product's own readers in this very process, without limits of time or memory: for tests of what is read. */
import type { Block, MissingPart, ParsedDocument } from '../../main/domain/document.ts'
import { detectFormat } from '../../main/memory/parse/detect.ts'
import { formats } from '../../main/memory/parse/formats.ts'

export async function readDocument(fileName: string, bytes: Uint8Array): Promise<ParsedDocument> {
  const format = detectFormat(fileName, bytes)
  const blocks: Block[] = []
  const pages: ParsedDocument['pages'] = []
  const missing: MissingPart[] = []
  const marginLines: string[] = []
  let title: string | null = null
  const { read } = await formats[format].load()
  for await (const piece of read(bytes)) {
    blocks.push(...piece.blocks)
    pages.push(...(piece.pages ?? []))
    missing.push(...(piece.missing ?? []))
    marginLines.push(...(piece.marginLines ?? []))
    if (piece.title !== undefined) title = piece.title
  }
  return { format, title, pages, blocks, missing, ...(marginLines.length === 0 ? {} : { marginLines }) }
}

export const textOf = (document: ParsedDocument): string => document.blocks.map((block) => block.text).join('\n')

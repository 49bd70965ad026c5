/** Reads HTML files, and the HTML that other readers make. Fetches nothing: no image, style, frame or script is ever looked at. */
import { decodeText } from './decode.ts'
import { createHtmlBlocks } from './html-blocks.ts'
import type { Piece } from './reader.ts'

const charsPerPiece = 64 * 1024
const declarationBytesMax = 4_096

/** The encoding that the document declares about itself, if any. */
function declaredEncoding(bytes: Uint8Array): string | null {
  const head = Buffer.from(bytes.subarray(0, declarationBytesMax)).toString('latin1')
  return /<meta[^>]+charset\s*=\s*["']?\s*([\w:.-]+)/i.exec(head)?.[1] ?? /^<\?xml[^>]+encoding=["']([\w:.-]+)/i.exec(head)?.[1] ?? null
}

/** Blocks of an HTML text, piece by piece. `title` stands in when the text has none of its own. */
export function* readHtmlText(html: string, title: string | null = null, isNoise?: (href: string) => boolean): Generator<Piece> {
  const reader = createHtmlBlocks(isNoise)
  for (let at = 0; at < html.length; at += charsPerPiece) {
    reader.write(html.slice(at, at + charsPerPiece))
    yield { blocks: reader.take(), done: Math.min(html.length, at + charsPerPiece), total: html.length }
  }
  reader.end()
  yield { blocks: reader.take(), title: title ?? reader.title(), done: html.length, total: html.length }
}

export function* readHtml(bytes: Uint8Array): Generator<Piece> {
  yield* readHtmlText(decodeText(bytes, declaredEncoding(bytes)))
}

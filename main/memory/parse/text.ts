/** Reads plain text: a paragraph ends at an empty line, and every line keeps its number. */
import type { Block, BlockPart } from '../../domain/document.ts'
import { decodeText } from './decode.ts'
import { parseLimits } from './limits.ts'
import type { Piece } from './reader.ts'

const linesPerPiece = 2_000

interface Line {
  readonly number: number
  readonly text: string
}

const blockOf = (lines: readonly Line[]): Block => {
  const parts: BlockPart[] = []
  let text = ''
  for (const line of lines) {
    if (text !== '') text += '\n'
    const locator = { kind: 'lines' as const, from: line.number, to: line.number }
    parts.push({ start: text.length, end: text.length + line.text.length, locator, isField: false })
    text += line.text
  }
  const locator = { kind: 'lines' as const, from: lines[0]?.number ?? 1, to: lines.at(-1)?.number ?? 1 }
  return { kind: 'paragraph', depth: 0, text, locator, parts: parts.length > 1 ? parts : [], table: 0, isHeader: false }
}

/** Lines without what ends them. A form feed ends a line too. */
function* linesOf(text: string): Generator<Line> {
  let number = 1
  for (let at = 0; at <= text.length; number += 1) {
    const rest = /\r\n|[\n\r\f]/g
    rest.lastIndex = at
    const end = rest.exec(text)
    yield { number, text: text.slice(at, end?.index ?? text.length) }
    if (end === null) return
    at = end.index + end[0].length
  }
}

export function* readText(bytes: Uint8Array): Generator<Piece> {
  const text = decodeText(bytes)
  let open: Line[] = []
  let openChars = 0
  let blocks: Block[] = []
  let done = 0
  const close = () => {
    if (open.length > 0) blocks.push(blockOf(open))
    open = []
    openChars = 0
  }
  for (const line of linesOf(text)) {
    done = line.number
    const isBlank = line.text.trim() === ''
    if (isBlank || openChars + line.text.length > parseLimits.paragraphCharsMax) close()
    if (!isBlank) {
      const trimmed = line.text.trimEnd()
      open.push({ number: line.number, text: trimmed })
      openChars += trimmed.length + 1
    }
    if (line.number % linesPerPiece === 0) {
      yield { blocks, done, total: null }
      blocks = []
    }
  }
  close()
  yield { blocks, done, total: done }
}

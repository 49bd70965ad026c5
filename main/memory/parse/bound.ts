/** Cuts what is too long and refuses what is too much, so that no document, however made, gives the core more than it can hold. Pure. */
import type { Block, BlockPart } from '../../domain/document.ts'
import { parseLimits } from './limits.ts'

/** Where to cut a text at or before `to`: after white space when there is some near, never inside a surrogate pair. */
export function cutBefore(text: string, from: number, to: number): number {
  if (to >= text.length) return text.length
  for (let at = to; at > from + (to - from) / 2; at--) if (/\s/.test(text[at - 1] ?? '')) return at
  const isPair = /[\uD800-\uDBFF]/.test(text[to - 1] ?? '')
  return isPair && to - 1 > from ? to - 1 : to
}

function partsWithin(parts: readonly BlockPart[], from: number, to: number): BlockPart[] {
  return parts
    .filter((part) => part.end > from && part.start < to)
    .map((part) => ({
      ...part,
      start: Math.max(part.start, from) - from,
      end: Math.min(part.end, to) - from,
      isField: part.isField && part.start >= from && part.end <= to,
    }))
}

/** One block, or several in its place when it is too long for one message. No character is lost. */
export function cutBlock(block: Block): Block[] {
  if (block.text.length <= parseLimits.blockCharsMax && block.parts.length <= parseLimits.blockPartsMax) return [block]
  const pieces: Block[] = []
  for (let from = 0; from < block.text.length; ) {
    const limit = block.parts.filter((part) => part.end > from)[parseLimits.blockPartsMax]?.start ?? block.text.length
    const to = cutBefore(block.text, from, Math.max(from + 1, Math.min(from + parseLimits.blockCharsMax, limit)))
    const text = block.text.slice(from, to)
    if (text.trim() !== '') pieces.push({ ...block, text, parts: partsWithin(block.parts, from, to) })
    from = to
  }
  return pieces
}

/** Counts what was read so far; false once it is more than a document may have. */
export function createMeter(): (blocks: readonly Block[], missing: number) => boolean {
  const total = { chars: 0, blocks: 0, parts: 0, missing: 0 }
  return (blocks, missing) => {
    for (const block of blocks) {
      total.chars += block.text.length
      total.parts += block.parts.length
    }
    total.blocks += blocks.length
    total.missing += missing
    return (
      total.chars <= parseLimits.textCharsMax &&
      total.blocks <= parseLimits.blocksMax &&
      total.parts <= parseLimits.partsMax &&
      total.missing <= parseLimits.missingMax
    )
  }
}

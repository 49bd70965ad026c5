/**
 * Portion marks of a document: (S//NF) before a paragraph, a line, a cell. Pure, and careful: what may be a letter of a list, a sign of
 * copyright or a word in brackets is no mark unless the rest of the document bears it out.
 */
import { linesOf } from './banner-lines.ts'
import type { Block } from './document.ts'
import { joinAll, type Label, sameLabel } from './label.ts'
import { type ReadMark, readMark, releasedAs } from './mark-words.ts'

/** A lone mark without a banner counts before at least so many words. */
const loneWordsMin = 4

const before = /(?:(?:SUBJECT|SUBJ|TITLE|RE)\s*:\s*)?(?:(?:\d{1,3}(?:\.\d{1,3})*[.)]?|[A-Za-z][.)]|[ivxIVX]{1,5}[.)]|[•▪‣◦●■*–—-])\s+)?/iy
const bracket = /\(([A-Z][^()\n]{0,118})\)(?=$|[\s.,:;])/y

interface Bracket {
  readonly inside: string
  readonly start: number
  readonly end: number
}

export function bracketAt(text: string, at: number): Bracket | null {
  before.lastIndex = at
  const start = at + (before.exec(text)?.[0].length ?? 0)
  bracket.lastIndex = start
  const found = bracket.exec(text)
  return found === null ? null : { inside: found[1] ?? '', start: at, end: start + found[0].length }
}

/** Whether a line begins with what looks like a portion mark: a paragraph begins there. */
export function startsPortion(line: string): boolean {
  const inside = line.includes('(') ? bracketAt(line, 0)?.inside : undefined
  return inside !== undefined && readMark(inside, 'portion') !== null
}

/** Where a portion may begin: with the block, with a line or a cell, and after a sentence. */
function* placesOf(block: Block): Generator<number> {
  const seen = new Set<number>()
  for (const { start, end } of linesOf(block)) {
    const line = block.text.slice(start, end)
    const at = start + line.length - line.trimStart().length
    if (!seen.has(at)) yield at
    seen.add(at)
  }
  if (block.kind === 'row') return
  for (const { index, 0: found } of block.text.matchAll(/[.!?]["'”’)\]]*\s+(?=\([A-Z])/g)) {
    const at = index + found.length
    if (!seen.has(at)) yield at
    seen.add(at)
  }
}

const isCopyright = (text: string, { end }: Bracket): boolean => /^\s*(?:\d{4}|copyright|by\b)/i.test(text.slice(end, end + 40))
const isText = (text: string, { end }: Bracket): boolean => /^\s+["'“‘(]*[\p{Lu}\p{N}]/u.test(text.slice(end, end + 12))

/** A mark before a portion, which the rest of the document may yet show to be something else. */
export interface Portion {
  readonly block: number
  readonly at: number
  readonly mark: ReadMark
  readonly inside: string
  readonly isCell: boolean
}

/** A single letter in brackets before a block, whatever it means there. */
export interface Letter {
  readonly block: number
  readonly letter: string
}

/** What looks like marks in one block; `letters` takes up what may be a list's. */
export function candidatesOf(block: Block, index: number, letters: Letter[]): readonly Portion[] {
  const found: Portion[] = []
  const take = (one: Bracket): void => {
    const mark = readMark(one.inside.replace(/\s+/g, ' '), 'portion')
    if (mark !== null && !(one.inside === 'C' && isCopyright(block.text, one)))
      found.push({ block: index, at: one.start, mark, inside: one.inside, isCell: block.kind === 'row' })
  }
  for (const at of block.text.includes('(') ? placesOf(block) : []) {
    const one = bracketAt(block.text, at)
    if (one === null) continue
    if (/^[A-Z]$/.test(one.inside)) letters.push({ block: index, letter: one.inside })
    // In the middle of a block, small letters after it say that it belongs to a sentence.
    if (at === 0 || block.kind === 'row' || isText(block.text, one)) take(one)
  }
  if (block.kind !== 'heading' && block.kind !== 'caption') return found
  const end = /\(([A-Z][^()\n]{0,118})\)\s*$/.exec(block.text)
  if (found.length === 0 && end !== null) take({ inside: end[1] ?? '', start: 0, end: block.text.length })
  return found
}

/** Letters of a list, (A) (B) (C): of two that follow each other, both are. Returns the blocks of the list, and whether others are codes. */
function lettersOf(letters: readonly Letter[]): { readonly listed: ReadonlySet<number>; readonly hasCodes: boolean } {
  const listed = new Set<number>()
  for (const [at, { block, letter }] of letters.entries()) {
    const next = letters[at + 1]
    if (next === undefined || next.letter.charCodeAt(0) !== letter.charCodeAt(0) + 1) continue
    listed.add(block).add(next.block)
  }
  return { listed, hasCodes: letters.some(({ block, letter }) => !listed.has(block) && !'UCS'.includes(letter)) }
}

const wordCount = (text: string): number => text.split(/\s+/).filter((word) => /\p{L}/u.test(word)).length

/** Of candidates that say a level only, those that the rest of the document bears out. `isMarked`: it bears a banner. */
export function trusted(
  candidates: readonly Portion[],
  letters: readonly Letter[],
  isMarked: boolean,
  blocks: readonly Block[],
): readonly Portion[] {
  const { listed, hasCodes } = lettersOf(letters)
  const bare = candidates.filter(({ mark, block, inside }) => !mark.isCompound && !(inside.length === 1 && listed.has(block)))
  const compound = candidates.filter(({ mark }) => mark.isCompound)
  if (isMarked || compound.length > 0) return [...compound, ...bare]
  if (hasCodes) return []
  const portions = bare.filter(({ isCell }) => !isCell)
  if (new Set(portions.map(({ block }) => block)).size >= 2) return portions
  return portions.filter(({ block, inside, at }) => {
    const text = blocks[block]?.text ?? ''
    return inside !== 'C' && at === 0 && wordCount(text) > loneWordsMin && /^\S+\s+["'“‘]?\p{Lu}/u.test(text)
  })
}

/** The label of each block that is marked from its beginning; a block with text before its first mark is as high as the document. */
export function portionsOf(
  counted: readonly Portion[],
  banner: Label,
  overall: Label,
  blocks: readonly Block[],
): ReadonlyMap<number, Label> {
  const portions = new Map<number, Label>()
  const byBlock = Map.groupBy(counted, ({ block }) => block)
  for (const [index, marks] of byBlock) {
    const block = blocks[index]
    // A row is said with the names of its columns, which bear no mark.
    if (block === undefined || block.kind === 'row') continue
    const isWhole = marks.some(({ at }) => block.text.slice(0, at).trim() === '')
    const own = joinAll(marks.map(({ mark }) => releasedAs(mark, banner)))
    if (isWhole && !sameLabel(own, overall)) portions.set(index, own)
  }
  return portions
}

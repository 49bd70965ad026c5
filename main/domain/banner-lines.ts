/**
 * Banner lines of a document: SECRET//NOFORN at the edges of its pages. Pure. A bare level counts at an edge, or when it stands there
 * again and again; in the middle of the text it is a word.
 */
import type { Block, ParsedDocument } from './document.ts'
import { marking } from './label.ts'
import { type ReadMark, readMark } from './mark-words.ts'

export const bannerLimits = { lineCharsMax: 160, edgeShare: 0.12, edgeBlocks: 3, repeatsMin: 3 } as const

export interface Line {
  readonly start: number
  readonly end: number
}

/** Lines of a block as they stand on the page. */
export function linesOf({ text, parts, kind }: Block): readonly Line[] {
  if (kind === 'row') return parts.filter((part) => part.isField)
  const lines = parts.filter((part) => !part.isField)
  if (lines.length > 0) return lines
  let at = 0
  return text.split('\n').map((line) => {
    const start = at
    at += line.length + 1
    return { start, end: start + line.length }
  })
}

const spaced = ['T O P S E C R E T', 'S E C R E T', 'C O N F I D E N T I A L', 'U N C L A S S I F I E D'] as const
const ornament = /^[\s*_=~#|<>[\]–—-]+|[\s*_=~#|<>[\]–—-]+$/g
const named = /^(?:OVERALL |SECURITY )?CLASSIFICATION: ?/i
const looksLikeBanner = /SECRET|CONFIDENTIAL|UNCLASSIFIED|CUI|CONTROLLED|S E C R E T|C O N F I|U N C L A S/

export interface Banner extends ReadMark {
  /** The line says nothing else. */
  readonly isWhole: boolean
  /** Cannot be a word of the text, wherever it stands. */
  readonly isCertain: boolean
}

/** A line that is a banner; null when it is anything else. */
export function readBanner(line: string): Banner | null {
  if (line.length > bannerLimits.lineCharsMax || !looksLikeBanner.test(line)) return null
  const text = line.replace(ornament, '').replace(/\s+/g, ' ').replace(named, '')
  const letters = spaced.find((word) => text === word || text.startsWith(`${word} SECTION `) || text.startsWith(`${word} //`))
  if (letters !== undefined) {
    const rest = text.slice(letters.length).trim()
    const word = letters.replaceAll(' ', '').replace('TOPSECRET', 'TOP SECRET')
    const mark = readMark(rest.startsWith('//') ? `${word}${rest.replace(/(?<=\b[A-Z]) (?=[A-Z]\b)/g, '')}` : word, 'banner')
    return mark === null ? null : { ...mark, isWhole: !rest.startsWith('SECTION'), isCertain: true }
  }
  const mark = readMark(text.replace(/ ?\/\/ ?/g, '//'), 'banner')
  return mark === null ? null : { ...mark, isWhole: true, isCertain: mark.isCompound }
}

export interface FoundBanner {
  readonly block: number
  readonly line: Line
  readonly banner: Banner
  readonly isFirst: boolean
  readonly isLast: boolean
}

/** Lines of one block that may be banners. */
export function bannersOf(block: Block, index: number): readonly FoundBanner[] {
  if (!looksLikeBanner.test(block.text)) return []
  const lines = linesOf(block)
  // A row that is one cell alone may be a banner; a cell beside others is a value.
  if (block.kind === 'row' && lines.length !== 1) return []
  return lines.flatMap((line, at) => {
    const banner = readBanner(block.text.slice(line.start, line.end))
    return banner === null ? [] : [{ block: index, line, banner, isFirst: at === 0, isLast: at === lines.length - 1 }]
  })
}

/** Whether a block lies at the edge of its page, or of a document without pages. */
function edgesOf({ blocks, pages }: ParsedDocument): (index: number) => boolean {
  const first = new Map<number, number>()
  const last = new Map<number, number>()
  for (const [index, { locator }] of blocks.entries()) {
    if (locator.kind !== 'page') continue
    if (!first.has(locator.page)) first.set(locator.page, index)
    last.set(locator.page, index)
  }
  return (index) => {
    const locator = blocks[index]?.locator
    const reach = blocks[index]?.kind === 'row' ? 1 : bannerLimits.edgeBlocks
    if (locator?.kind !== 'page') return index < reach || index >= blocks.length - reach
    const height = pages[locator.page - 1]?.height ?? 0
    const isOutside = locator.boxes.some(
      ({ y, height: own }) => y + own < height * bannerLimits.edgeShare || y > height * (1 - bannerLimits.edgeShare),
    )
    return isOutside || first.get(locator.page) === index || last.get(locator.page) === index
  }
}

/** Of lines that may be banners, those that are: they can be nothing else, stand at an edge or, where there are no pages, again and again. */
export function countBanners(found: readonly FoundBanner[], document: ParsedDocument): readonly FoundBanner[] {
  if (found.length === 0) return found
  const isEdge = edgesOf(document)
  const times = new Map<string, number>()
  for (const { banner } of found) times.set(marking(banner.label), (times.get(marking(banner.label)) ?? 0) + 1)
  const isRepeated = ({ label }: Banner) => document.pages.length === 0 && (times.get(marking(label)) ?? 0) >= bannerLimits.repeatsMin
  return found.filter(
    ({ block, banner, isFirst, isLast }) => banner.isCertain || ((isFirst || isLast) && isEdge(block)) || isRepeated(banner),
  )
}

/** Stretches of blocks that are text: what is left of each block that is a banner, begins or ends with one; null when nothing is. */
export type Kept = ReadonlyMap<number, { readonly start: number; readonly end: number } | null>

export function withoutBanners(banners: readonly FoundBanner[], blocks: readonly Block[]): Kept {
  const kept = new Map<number, { start: number; end: number } | null>()
  for (const { block, line, banner, isFirst, isLast } of banners) {
    if (!banner.isWhole) continue
    const text = blocks[block]?.text ?? ''
    const known = kept.has(block) ? kept.get(block) : { start: 0, end: text.length }
    if (known === null || known === undefined) continue
    if (isFirst) known.start = Math.max(known.start, line.end)
    if (isLast) known.end = Math.min(known.end, line.start)
    kept.set(block, known.start >= known.end || text.slice(known.start, known.end).trim() === '' ? null : known)
  }
  return kept
}

/** Joins fragments into lines, and lines into paragraphs and headings. Pure; line breaks stay, so that line-end hyphens can be told. */
import { readBanner } from '../../domain/banner-lines.ts'
import type { Block } from '../../domain/document.ts'
import type { Box } from '../../domain/locator.ts'
import { startsPortion } from '../../domain/portion-marks.ts'
import type { Fragment } from './pdf-fragments.ts'

interface Line {
  text: string
  readonly box: Box
  /** Height of its characters, without what sticks out of the line. */
  readonly size: number
  readonly isRow: boolean
}

/** How far, in character heights, the middles of two fragments of one line may lie apart. */
const sameLineReach = 0.5
const wideGapHeights = 0.9
const rowFragmentsMin = 3
const pitchFactor = 1.3
const sizeFactor = 1.15
const headingFactor = 1.17
const headingDepths = [1.8, 1.4] as const
const headingCharsMax = 200
const indentHeights = 0.8
const shortLineShare = 0.85

const bullet = /^(?:[•▪‣◦●■–—*-]|\(?\d{1,3}[.)]|\(?[a-z][.)])\s/
const sentenceEnd = /[.!?:;…”"')\]]$/
const rightToLeft = /[\u0590-\u08ff]/
const letter = /\p{L}/u

const round = (value: number): number => Math.round(value * 100) / 100
const rounded = (box: Box): Box => ({ x: round(box.x), y: round(box.y), width: round(box.width), height: round(box.height) })
const middleOf = (fragment: Fragment): number => (fragment.top + fragment.bottom) / 2

function joinLine(fragments: readonly Fragment[]): Line {
  const isRightToLeft = fragments.filter((fragment) => rightToLeft.test(fragment.text)).length * 2 > fragments.length
  const ordered = fragments.toSorted((a, b) => (isRightToLeft ? b.left - a.left : a.left - b.left))
  const left = Math.min(...ordered.map((fragment) => fragment.left))
  const top = Math.min(...ordered.map((fragment) => fragment.top))
  const right = Math.max(...ordered.map((fragment) => fragment.right))
  const bottom = Math.max(...ordered.map((fragment) => fragment.bottom))
  let text = ''
  let wideGaps = 0
  let last: Fragment | null = null
  for (const fragment of ordered) {
    if (last !== null) {
      const gap = Math.max(fragment.left - last.right, last.left - fragment.right)
      const isWide = gap > wideGapHeights * fragment.size
      if (isWide) wideGaps += 1
      text += isWide ? '\t' : ' '
    }
    text += fragment.text
    last = fragment
  }
  const box = { x: left, y: top, width: right - left, height: bottom - top }
  const chars = ordered.reduce((sum, fragment) => sum + fragment.text.length, 0)
  const size = ordered.reduce((sum, fragment) => sum + fragment.size * fragment.text.length, 0) / chars
  return { text, box, size, isRow: wideGaps >= rowFragmentsMin - 1 }
}

/** Lines from top to bottom. The longest fragment says where its line is; taller signs join the line they are centred on. */
function linesOf(fragments: readonly Fragment[]): Line[] {
  const lines: Line[] = []
  let open: Fragment[] = []
  let longest: Fragment | null = null
  for (const fragment of fragments.toSorted((a, b) => middleOf(a) - middleOf(b))) {
    const reach = longest === null ? 0 : sameLineReach * Math.min(longest.size, fragment.size)
    if (longest !== null && middleOf(fragment) - middleOf(longest) > reach) {
      lines.push(joinLine(open))
      open = []
      longest = null
    }
    open.push(fragment)
    if (longest === null || fragment.text.length > longest.text.length) longest = fragment
  }
  if (open.length > 0) lines.push(joinLine(open))
  return lines
}

interface Region {
  readonly left: number
  readonly right: number
  /** The usual distance from line to line. */
  readonly pitch: number
}

function regionOf(lines: readonly Line[]): Region {
  const steps = lines.slice(1).flatMap((line, at) => {
    const step = line.box.y - (lines[at]?.box.y ?? 0)
    return step > 0 ? [step] : []
  })
  return {
    left: lines.reduce((least, line) => Math.min(least, line.box.x), Number.POSITIVE_INFINITY),
    right: lines.reduce((most, line) => Math.max(most, line.box.x + line.box.width), 0),
    pitch: steps.toSorted((a, b) => a - b)[steps.length >> 1] ?? 0,
  }
}

function startsParagraph(line: Line, before: Line, region: Region): boolean {
  if (startsPortion(line.text) || readBanner(line.text) !== null || readBanner(before.text) !== null) return true
  const height = Math.min(line.size, before.size)
  const ratio = line.size / before.size
  if (ratio > sizeFactor || ratio < 1 / sizeFactor || line.isRow || before.isRow) return true
  const step = line.box.y - before.box.y
  if (step > pitchFactor * region.pitch && step > pitchFactor * height) return true
  if (step > 2.5 * height || bullet.test(line.text)) return true
  const endsSentence = sentenceEnd.test(before.text)
  if (endsSentence && before.box.x + before.box.width < region.left + shortLineShare * (region.right - region.left)) return true
  const isIndented = line.box.x > region.left + indentHeights * height && before.box.x < region.left + indentHeights * height
  return isIndented && endsSentence && !bullet.test(before.text)
}

/** What every block of a page needs to know of it. */
export interface PageContext {
  readonly page: number
  /** Character height of the document's running text; what is clearly larger is a heading. */
  readonly bodyHeight: number
  readonly asDisplayed: (box: Box) => Box
}

function blockOf(lines: readonly Line[], context: PageContext, canBeHeading: boolean): Block {
  const { page, bodyHeight, asDisplayed } = context
  const parts = []
  let text = ''
  for (const line of lines) {
    if (text !== '') text += '\n'
    const locator = { kind: 'page' as const, page, boxes: [rounded(asDisplayed(line.box))] }
    parts.push({ start: text.length, end: text.length + line.text.length, locator, isField: false })
    text += line.text
  }
  const ratio = (lines[0]?.size ?? 0) / bodyHeight
  const isHeading = canBeHeading && ratio >= headingFactor && text.length <= headingCharsMax && lines.length <= 3 && letter.test(text)
  const depth = ratio >= headingDepths[0] ? 1 : ratio >= headingDepths[1] ? 2 : 3
  const locator = { kind: 'page' as const, page, boxes: lines.map((line) => rounded(asDisplayed(line.box))) }
  return { kind: isHeading ? 'heading' : 'paragraph', depth: isHeading ? depth : 0, text, locator, parts, table: 0, isHeader: false }
}

/** The blocks of one region. */
export function paragraphsOf(fragments: readonly Fragment[], context: PageContext): Block[] {
  const lines = linesOf(fragments)
  const region = regionOf(lines)
  const canBeHeading = !fragments.some((fragment) => fragment.isVertical)
  const blocks: Block[] = []
  let open: Line[] = []
  for (const line of lines) {
    const before = open.at(-1)
    if (before !== undefined && startsParagraph(line, before, region)) {
      blocks.push(blockOf(open, context, canBeHeading))
      open = []
    }
    open.push(line)
  }
  if (open.length > 0) blocks.push(blockOf(open, context, canBeHeading))
  return blocks
}

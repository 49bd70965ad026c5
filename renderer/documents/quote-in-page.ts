/**
 * Finds the exact letters of a quote on a drawn page. The boxes that came with the quote say which lines it stands on; the
 * page's own text says where in those lines it begins and ends. Returns null rather than guess.
 */
import type { Box } from '../../main/domain/locator.ts'
import { normalise } from '../../main/domain/quote.ts'
import { joinLineBoxes, shareWithin } from './highlight-boxes.ts'

/** The found letters must lie on the lines that were given, up to the different height of letters in the two readers. */
const onGivenLinesMin = 0.4
/** How far beside a given box a piece of its line may stand, in points: boxes of parts of a line are cut by estimate. */
const nearPoints = 24

interface PageText {
  readonly text: string
  readonly nodes: readonly { readonly node: Text; readonly start: number }[]
}

function textOf(layer: HTMLElement): PageText {
  const walker = document.createTreeWalker(layer, NodeFilter.SHOW_TEXT | NodeFilter.SHOW_ELEMENT)
  const nodes: { node: Text; start: number }[] = []
  let text = ''
  for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
    if (node instanceof Text) {
      nodes.push({ node, start: text.length })
      text += node.data
    } else if (node.nodeName === 'BR') text += '\n'
  }
  return { text, nodes }
}

interface Squeezed {
  readonly text: string
  readonly starts: readonly number[]
  readonly ends: readonly number[]
}

/** Normalised as quotes are, and without spaces: two readers of one page agree on letters, not on the gaps between them. */
function squeeze(source: string): Squeezed {
  const normalised = normalise(source)
  let text = ''
  const starts: number[] = []
  const ends: number[] = []
  for (let i = 0; i < normalised.text.length; i++) {
    const letter = normalised.text[i] ?? ''
    if (letter === ' ') continue
    text += letter
    starts.push(normalised.starts[i] ?? 0)
    ends.push(normalised.ends[i] ?? 0)
  }
  return { text, starts, ends }
}

const measureSizePx = 100
let measuring: CanvasRenderingContext2D | null = null

/**
 * Width of the first `length` characters as a share of the whole, in the page's own font where it has the letters. The layer
 * itself is set in some font of this machine, stretched to the right whole width, so its inner letters stand only roughly right.
 */
function shareOf(node: Text, length: number): number {
  const { data, parentElement } = node
  if (length <= 0 || length >= data.length || parentElement === null) return length <= 0 ? 0 : 1
  measuring ??= document.createElement('canvas').getContext('2d')
  if (measuring === null) return length / data.length
  measuring.font = `${measureSizePx}px "${parentElement.dataset.font ?? ''}", ${parentElement.style.fontFamily || 'serif'}`
  const whole = measuring.measureText(data).width
  return whole === 0 ? length / data.length : measuring.measureText(data.slice(0, length)).width / whole
}

/** Rectangles of a stretch of one piece of text. Only text that runs straight from left to right can be cut by measuring. */
function rectsOf(node: Text, from: number, to: number): readonly DOMRect[] {
  const piece = node.parentElement
  const range = document.createRange()
  range.setStart(node, from)
  range.setEnd(node, to)
  if (piece === null || piece.dir === 'rtl' || (piece.style.getPropertyValue('--rotate') || '0deg') !== '0deg')
    return [...range.getClientRects()]
  const whole = piece.getBoundingClientRect()
  const left = whole.left + whole.width * shareOf(node, from)
  return [new DOMRect(left, whole.top, whole.left + whole.width * shareOf(node, to) - left, whole.height)]
}

function boxesBetween(page: PageText, start: number, end: number, origin: DOMRect, scale: number): Box[] {
  return page.nodes.flatMap(({ node, start: at }) => {
    const from = Math.max(start, at)
    const to = Math.min(end, at + node.data.length)
    if (from >= to) return []
    return rectsOf(node, from - at, to - at).map((rect) => ({
      x: (rect.left - origin.left) / scale,
      y: (rect.top - origin.top) / scale,
      width: rect.width / scale,
      height: rect.height / scale,
    }))
  })
}

/**
 * The pieces that stand on the given lines, as they are read from the page: line by line, from left to right. A file may
 * hold them in any order.
 */
function textOnLines(page: PageText, given: readonly Box[], origin: DOMRect, scale: number): PageText {
  const placed = page.nodes.flatMap(({ node }) => {
    const rect = node.parentElement?.getBoundingClientRect()
    if (rect === undefined) return []
    const middle = ((rect.top + rect.bottom) / 2 - origin.top) / scale
    const left = (rect.left - origin.left) / scale
    const right = (rect.right - origin.left) / scale
    const line = given.findIndex(
      (box) => middle >= box.y && middle <= box.y + box.height && right >= box.x - nearPoints && left <= box.x + box.width + nearPoints,
    )
    return line === -1 ? [] : [{ node, line, left }]
  })
  const ordered = placed.toSorted((one, other) => one.line - other.line || one.left - other.left)
  let text = ''
  const nodes = ordered.map(({ node, line }, index) => {
    // A new line may end a hyphenated word.
    if (index > 0) text += ordered[index - 1]?.line === line ? ' ' : '\n'
    const start = text.length
    text += node.data
    return { node, start }
  })
  return { text, nodes }
}

function search(page: PageText, wanted: string, given: readonly Box[], origin: DOMRect, scale: number): readonly Box[] | null {
  const squeezed = squeeze(page.text)
  for (let at = squeezed.text.indexOf(wanted); at !== -1; at = squeezed.text.indexOf(wanted, at + 1)) {
    const start = squeezed.starts[at]
    const end = squeezed.ends[at + wanted.length - 1]
    if (start === undefined || end === undefined) continue
    const boxes = joinLineBoxes(boxesBetween(page, start, end, origin, scale))
    const isOnLines = given.length === 0 || boxes.every((box) => shareWithin(box, given) >= onGivenLinesMin)
    if (boxes.length > 0 && isOnLines) return boxes
  }
  return null
}

/** Boxes in points around the letters of `quote`. `scale` is CSS pixels a point; `given` are the boxes of the quote's lines. */
export function findQuoteBoxes(layer: HTMLElement, quote: string, given: readonly Box[], scale: number): readonly Box[] | null {
  const wanted = squeeze(quote).text
  if (wanted === '') return null
  const page = textOf(layer)
  const origin = layer.getBoundingClientRect()
  return search(page, wanted, given, origin, scale) ?? search(textOnLines(page, given, origin, scale), wanted, given, origin, scale)
}

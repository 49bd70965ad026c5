/** Gathers the characters of one PDF page into fragments: runs on one line without a wide gap. Knows nothing of paragraphs or columns. */
import type { Box } from '../../domain/locator.ts'
import type { Pdfium } from './pdfium.ts'

/** In points, seen so that most of the page's text runs from left to right. */
export interface Fragment {
  text: string
  left: number
  top: number
  right: number
  bottom: number
  /** Mean height of its characters. */
  size: number
  /** Runs up or down the page; never part of a line. */
  isVertical: boolean
}

/** A gap wider than this many line heights separates columns or cells. */
const gapHeights = 0.9
const overlapMin = 0.5
const charsMax = 400_000
const anglesSampled = 48
const fragmentCharsMax = 2_000
const hyphen = 0x2d
const space = 0x20
/** Precision of the page's mapping, in parts of a point. */
const mappingScale = 100
const mappingSpan = 1_000

export interface PageText {
  readonly fragments: Fragment[]
  /** Turns a box back into the page as it is displayed, for pages whose text stands sideways or upside down on it. */
  readonly asDisplayed: (box: Box) => Box
}

/** Where a point of the page's own space is displayed: rotation, crop box and origin are all in these six numbers. */
type Mapping = readonly [a: number, b: number, c: number, d: number, e: number, f: number]

function mappingOf(pdfium: Pdfium, page: number, width: number, height: number, scratch: number): Mapping {
  const at = (x: number, y: number): readonly [number, number] => {
    const sizes = [Math.round(width * mappingScale), Math.round(height * mappingScale)] as const
    pdfium._FPDF_PageToDevice(page, 0, 0, sizes[0], sizes[1], 0, x, y, scratch, scratch + 4)
    return [(pdfium.HEAP32[scratch >> 2] ?? 0) / mappingScale, (pdfium.HEAP32[(scratch >> 2) + 1] ?? 0) / mappingScale]
  }
  const [e, f] = at(0, 0)
  const [ax, ay] = at(mappingSpan, 0)
  const [bx, by] = at(0, mappingSpan)
  return [(ax - e) / mappingSpan, (ay - f) / mappingSpan, (bx - e) / mappingSpan, (by - f) / mappingSpan, e, f]
}

/** Quarter turns, clockwise, from left-to-right to the direction in which most of the text runs on the displayed page. */
function quarterTurns(pdfium: Pdfium, text: number, count: number, [a, b, c, d]: Mapping): 0 | 1 | 2 | 3 {
  const votes = [0, 0, 0, 0]
  const stride = Math.max(1, Math.floor(count / anglesSampled))
  for (let index = 0; index < count; index += stride) {
    // PDFium counts the angle clockwise, while the page's own y axis points up.
    const angle = -pdfium._FPDFText_GetCharAngle(text, index)
    const x = a * Math.cos(angle) + c * Math.sin(angle)
    const y = b * Math.cos(angle) + d * Math.sin(angle)
    const turn = Math.abs(x) >= Math.abs(y) ? (x >= 0 ? 0 : 2) : y >= 0 ? 1 : 3
    if (!isSpace(pdfium._FPDFText_GetUnicode(text, index))) votes[turn] = (votes[turn] ?? 0) + 1
  }
  const most = votes.indexOf(Math.max(...votes))
  return most === 1 || most === 2 || most === 3 ? most : 0
}

/** The mapping seen after turning the page back by that many quarters, and the way from there to the displayed page. */
function turned([a, b, c, d, e, f]: Mapping, turns: 0 | 1 | 2 | 3, width: number, height: number): [Mapping, PageText['asDisplayed']] {
  switch (turns) {
    case 0:
      return [[a, b, c, d, e, f], (box) => box]
    case 1:
      return [[b, -a, d, -c, f, width - e], (box) => ({ x: width - box.y - box.height, y: box.x, width: box.height, height: box.width })]
    case 2:
      return [
        [-a, -b, -c, -d, width - e, height - f],
        (box) => ({ x: width - box.x - box.width, y: height - box.y - box.height, width: box.width, height: box.height }),
      ]
    case 3:
      return [[-b, a, -d, c, height - f, e], (box) => ({ x: box.y, y: height - box.x - box.width, width: box.height, height: box.width })]
  }
}

/** PDFium marks a hyphen at a line's end with U+0002 or U+FFFE. */
const characterOf = (code: number): number => (code === 2 || code === 0xfffe ? hyphen : code)
const isUsable = (code: number): boolean =>
  code !== 0 && (code >= 32 || code === 2) && code !== 0xfffd && code !== 0xffff && code <= 0x10ffff
const isSpace = (code: number): boolean => code === 32 || code === 9 || code === 10 || code === 13 || code === 0xa0

/** `scratch` points to 16 bytes that this may overwrite. */
export function collectFragments(pdfium: Pdfium, page: number, width: number, height: number, scratch: number): PageText {
  const text = pdfium._FPDFText_LoadPage(page)
  const fragments: Fragment[] = []
  if (text === 0) return { fragments, asDisplayed: (box) => box }
  const count = Math.min(pdfium._FPDFText_CountChars(text), charsMax)
  const mapping = mappingOf(pdfium, page, width, height, scratch)
  const [[a, b, c, d, e, f], asDisplayed] = turned(mapping, quarterTurns(pdfium, text, count, mapping), width, height)
  const rectangle = scratch >> 2
  // Characters of the open fragment: one string each, instead of one for every character.
  const codes: number[] = []
  const close = (fragment: Fragment) => {
    fragment.text = String.fromCodePoint(...codes)
    codes.length = 0
  }
  let current: Fragment | null = null
  let lastLeft = 0
  let lastTop = 0
  let lastRight = 0
  let lastBottom = 0
  let hasSpace = false
  let hasBreak = false
  for (let index = 0; index < count; index++) {
    const code = pdfium._FPDFText_GetUnicode(text, index)
    if (isSpace(code)) {
      hasSpace = true
      hasBreak ||= code === 10 || code === 13
      continue
    }
    if (!isUsable(code) || pdfium._FPDFText_GetLooseCharBox(text, index, scratch) === 0) continue
    const heap = pdfium.HEAPF32
    const x1 = heap[rectangle] ?? 0
    const y1 = heap[rectangle + 1] ?? 0
    const x2 = heap[rectangle + 2] ?? 0
    const y2 = heap[rectangle + 3] ?? 0
    const ux = a * x1 + c * y1 + e
    const uy = b * x1 + d * y1 + f
    const vx = a * x2 + c * y2 + e
    const vy = b * x2 + d * y2 + f
    const left = Math.min(ux, vx)
    const right = Math.max(ux, vx)
    const top = Math.min(uy, vy)
    const bottom = Math.max(uy, vy)
    const character = characterOf(code)
    if (current !== null) {
      const size = Math.max(bottom - top, 1)
      const overlap = Math.min(bottom, lastBottom) - Math.max(top, lastTop)
      const gap = Math.max(left - lastRight, lastLeft - right)
      const isSameLine = overlap >= overlapMin * Math.min(size, lastBottom - lastTop) && gap <= gapHeights * size
      const isUpright = !hasBreak && !isSameLine && Math.abs(left - lastLeft) < 0.5 && -overlap < size
      const goesOn = current.isVertical ? isUpright || (isSameLine && !hasBreak) : isSameLine || (isUpright && codes.length === 1)
      if (goesOn && codes.length < fragmentCharsMax) {
        current.isVertical ||= isUpright
        if (hasSpace) codes.push(space)
        codes.push(character)
        if (left < current.left) current.left = left
        if (right > current.right) current.right = right
        if (top < current.top) current.top = top
        if (bottom > current.bottom) current.bottom = bottom
        current.size += (bottom - top - current.size) / codes.length
      } else {
        close(current)
        current = null
      }
    }
    if (current === null) {
      codes.push(character)
      current = { text: '', left, top, right, bottom, size: bottom - top, isVertical: false }
      fragments.push(current)
    }
    lastLeft = left
    lastTop = top
    lastRight = right
    lastBottom = bottom
    hasSpace = false
    hasBreak = false
  }
  if (current !== null) close(current)
  pdfium._FPDFText_ClosePage(text)
  return { fragments, asDisplayed }
}

/** Geometry of a highlighted quote on a page. Pure: points in, points out, always from the page's top left corner. */
import type { PageSize } from '../../main/domain/document.ts'
import type { Box } from '../../main/domain/locator.ts'

/** How much of the smaller box's height two boxes share when they stand on one line. */
const sameLineShare = 0.5
/** Room around the letters, as a share of the line's height. */
const marginShare = 0.12

const bottom = (box: Box): number => box.y + box.height
const right = (box: Box): number => box.x + box.width

const isSameLine = (a: Box, b: Box): boolean =>
  Math.min(bottom(a), bottom(b)) - Math.max(a.y, b.y) >= sameLineShare * Math.min(a.height, b.height)

const around = (a: Box, b: Box): Box => {
  const x = Math.min(a.x, b.x)
  const y = Math.min(a.y, b.y)
  return { x, y, width: Math.max(right(a), right(b)) - x, height: Math.max(bottom(a), bottom(b)) - y }
}

/** Boxes of one line that touch or nearly touch become one, so that a quote reads as one stroke. */
export function joinLineBoxes(boxes: readonly Box[]): readonly Box[] {
  const joined: Box[] = []
  for (const box of boxes.filter((one) => one.width > 0 && one.height > 0)) {
    const last = joined.at(-1)
    const gapMax = Math.max(last?.height ?? 0, box.height)
    const isNear = last !== undefined && isSameLine(last, box) && box.x <= right(last) + gapMax && last.x <= right(box) + gapMax
    if (isNear) joined[joined.length - 1] = around(last, box)
    else joined.push(box)
  }
  return joined
}

export const boundsOf = (boxes: readonly Box[]): Box | null =>
  boxes.reduce<Box | null>((all, box) => (all === null ? box : around(all, box)), null)

/** A little larger on all sides, cut at the page's edges. */
export function padded(box: Box, page: PageSize): Box {
  const margin = box.height * marginShare
  const x = Math.max(0, box.x - margin)
  const y = Math.max(0, box.y - margin)
  return { x, y, width: Math.min(page.width, right(box) + margin) - x, height: Math.min(page.height, bottom(box) + margin) - y }
}

/** How much of `box` lies within any of `others`, 0–1. */
export function shareWithin(box: Box, others: readonly Box[]): number {
  const area = box.width * box.height
  if (area <= 0) return 0
  const covered = others.map((other) => {
    const width = Math.min(right(box), right(other)) - Math.max(box.x, other.x)
    const height = Math.min(bottom(box), bottom(other)) - Math.max(box.y, other.y)
    return Math.max(0, width) * Math.max(0, height)
  })
  return Math.max(0, ...covered) / area
}

/** Where pages lie when they stand below each other, and how large they are drawn. Pure: points and pixels in, pixels out. */
import type { PageSize } from '../../main/domain/document.ts'

export const pageGapPx = 16
export const zoomLimits = { min: 0.25, max: 4, fitMax: 1.25 } as const

/** ISO A4 in points, for a page whose own size is unknown. */
const fallback: PageSize = { width: 595, height: 842 }

/** `fit` fills the width of the window, within reason; a number is CSS pixels a point ÷ 4⁄3, so that 1 is 100 %. */
export type Zoom = 'fit' | number

const pxPerPoint = 96 / 72
const steps = [0.25, 0.5, 0.67, 0.8, 1, 1.25, 1.5, 2, 3, 4] as const

export function pageSizes(known: readonly PageSize[], count: number): readonly PageSize[] {
  return Array.from({ length: count }, (_, index) => {
    const size = known[index]
    return size !== undefined && size.width > 0 && size.height > 0 ? size : fallback
  })
}

/** CSS pixels a point. */
export function scaleOf(zoom: Zoom, sizes: readonly PageSize[], widthPx: number): number {
  if (zoom !== 'fit') return zoom * pxPerPoint
  const widest = sizes.reduce((width, size) => Math.max(width, size.width), 1)
  const fitting = (widthPx - 2 * pageGapPx) / widest
  return Math.max(zoomLimits.min * pxPerPoint, Math.min(zoomLimits.fitMax * pxPerPoint, fitting))
}

/** The zoom shown to a person: 1 is the size on paper. */
export const zoomShown = (scale: number): number => scale / pxPerPoint

export function nextZoom(scale: number, direction: 1 | -1): number {
  const now = zoomShown(scale)
  const next = direction === 1 ? steps.find((step) => step > now + 0.01) : steps.findLast((step) => step < now - 0.01)
  return next ?? (direction === 1 ? zoomLimits.max : zoomLimits.min)
}

/** Top of each page, and the height of all at the end. */
export function pageTops(sizes: readonly PageSize[], scale: number): readonly number[] {
  const tops: number[] = []
  let top = pageGapPx
  for (const size of sizes) {
    tops.push(top)
    top += Math.round(size.height * scale) + pageGapPx
  }
  tops.push(top)
  return tops
}

/** Index of the page that `y` lies on or just before. */
export function pageAt(tops: readonly number[], y: number): number {
  let low = 0
  let high = Math.max(0, tops.length - 2)
  while (low < high) {
    const middle = Math.ceil((low + high) / 2)
    if ((tops[middle] ?? 0) <= y) low = middle
    else high = middle - 1
  }
  return low
}

import { describe, expect, test } from 'vitest'
import { boundsOf, joinLineBoxes, padded, shareWithin } from '../../../renderer/documents/highlight-boxes.ts'
import {
  nextZoom,
  pageAt,
  pageGapPx,
  pageSizes,
  pageTops,
  scaleOf,
  zoomLimits,
  zoomShown,
} from '../../../renderer/documents/page-layout.ts'

const box = (x: number, y: number, width: number, height: number) => ({ x, y, width, height })
const a4 = { width: 595, height: 842 }

describe('ANS-02 boxes of a quote', () => {
  test('neighbouring boxes of one line become one stroke, lines stay apart', () => {
    const joined = joinLineBoxes([box(100, 50, 40, 12), box(142, 51, 60, 11), box(72, 66, 90, 12)])
    expect(joined).toEqual([box(100, 50, 102, 12), box(72, 66, 90, 12)])
  })

  test('two columns on one height are not joined over the gap between them', () => {
    expect(joinLineBoxes([box(72, 50, 200, 12), box(320, 50, 200, 12)])).toHaveLength(2)
  })

  test('boxes without extent are left out, and no boxes have no bounds', () => {
    expect(joinLineBoxes([box(10, 10, 0, 12)])).toEqual([])
    expect(boundsOf([])).toBeNull()
  })

  test('padding never leaves the page', () => {
    const corner = padded(box(0, 0, 595, 10), a4)
    expect(corner.x).toBe(0)
    expect(corner.y).toBe(0)
    expect(corner.x + corner.width).toBeLessThanOrEqual(a4.width)
  })

  test('the share within other boxes is by area', () => {
    expect(shareWithin(box(0, 0, 10, 10), [box(5, 0, 10, 10), box(20, 20, 5, 5)])).toBeCloseTo(0.5)
  })
})

describe('pages below each other', () => {
  test('a page without a size of its own gets a usual one, and the count of the file wins', () => {
    expect(pageSizes([{ width: 0, height: 0 }], 2)).toEqual([a4, a4])
  })

  test('fitting fills the width, within reason', () => {
    expect(scaleOf('fit', [a4], 800)).toBeCloseTo((800 - 2 * pageGapPx) / 595)
    expect(zoomShown(scaleOf('fit', [a4], 4_000))).toBeCloseTo(zoomLimits.fitMax)
    expect(zoomShown(scaleOf('fit', [a4], 10))).toBeCloseTo(zoomLimits.min)
  })

  test('zoom steps up and down and stops at its ends', () => {
    expect(nextZoom(scaleOf(1, [a4], 0), 1)).toBe(1.25)
    expect(nextZoom(scaleOf(1, [a4], 0), -1)).toBe(0.8)
    expect(nextZoom(scaleOf(zoomLimits.max, [a4], 0), 1)).toBe(zoomLimits.max)
    expect(nextZoom(scaleOf(zoomLimits.min, [a4], 0), -1)).toBe(zoomLimits.min)
  })

  test('the page at a height is found in any number of pages', () => {
    const tops = pageTops(
      Array.from({ length: 5_000 }, () => a4),
      1,
    )
    expect(pageAt(tops, 0)).toBe(0)
    expect(pageAt(tops, (tops[399] ?? 0) + 1)).toBe(399)
    expect(pageAt(tops, (tops[400] ?? 0) - 1)).toBe(399)
    expect(pageAt(tops, 1e9)).toBe(4_999)
  })
})

/**
 * Running heads and feet: lines that stand at the same place of most pages, page numbers among them. The first of each stays text, so
 * that nothing a page says is lost; the others only repeat it. Pure.
 */
import type { ParsedDocument } from './document.ts'

export const furnitureLimits = { pagesMin: 3, shareMin: 0.4, edgeShare: 0.1, charsMax: 200, placePoints: 4 } as const

/** The blocks that only repeat what stands at the edge of an earlier page. */
export function repeatedFurniture({ blocks, pages }: ParsedDocument): ReadonlySet<number> {
  const repeated = new Set<number>()
  if (pages.length < furnitureLimits.pagesMin) return repeated
  const places = new Map<string, Map<number, number>>()
  for (const [index, { locator, text, kind }] of blocks.entries()) {
    if (locator.kind !== 'page' || kind === 'row' || text.length > furnitureLimits.charsMax) continue
    const height = pages[locator.page - 1]?.height ?? 0
    const isAtEdge = ({ y, height: own }: { y: number; height: number }) =>
      y + own < height * furnitureLimits.edgeShare || y > height * (1 - furnitureLimits.edgeShare)
    const [box] = locator.boxes
    if (box === undefined || !locator.boxes.every(isAtEdge)) continue
    const key = `${Math.round(box.y / furnitureLimits.placePoints)} ${text.replace(/\d+/g, '#').replace(/\s+/g, ' ').trim()}`
    const pagesOfLine = places.get(key) ?? new Map<number, number>()
    if (!pagesOfLine.has(locator.page)) pagesOfLine.set(locator.page, index)
    places.set(key, pagesOfLine)
  }
  for (const pagesOfLine of places.values()) {
    const isMost = pagesOfLine.size >= furnitureLimits.pagesMin && pagesOfLine.size >= pages.length * furnitureLimits.shareMin
    if (isMost) for (const index of [...pagesOfLine.values()].slice(1)) repeated.add(index)
  }
  return repeated
}

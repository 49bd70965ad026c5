/** Puts the fragments of a page into reading order: column by column where text stands in columns, row by row in a table. Pure. */
import type { Fragment } from './pdf-fragments.ts'

const depthMax = 4
const fragmentsMin = 6
const linesPerColumnMin = 3
/** Prose has long lines that fill their column; cells of a table do not. */
const proseCharsMin = 18
const proseFillMin = 0.4
/** How many fragments may cross a gutter (titles, wide figures' captions) before it is none. */
const crossingShareMax = 0.35
const gutterPointsMin = 6
const marginShare = 0.12

type Fragments = readonly Fragment[]

const extent = (fragments: Fragments): { readonly left: number; readonly right: number } => ({
  left: fragments.reduce((least, fragment) => Math.min(least, fragment.left), Number.POSITIVE_INFINITY),
  right: fragments.reduce((most, fragment) => Math.max(most, fragment.right), Number.NEGATIVE_INFINITY),
})

const median = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[values.length >> 1] ?? 0

function isProse(fragments: Fragments): boolean {
  if (fragments.length < linesPerColumnMin) return false
  const { left, right } = extent(fragments)
  const chars = fragments.reduce((sum, fragment) => sum + fragment.text.length, 0) / fragments.length
  return chars >= proseCharsMin && median(fragments.map((fragment) => fragment.right - fragment.left)) >= proseFillMin * (right - left)
}

/** The x of the emptiest upright strip, or null when none is empty enough. */
function findGutter(fragments: Fragments): number | null {
  const { left, right } = extent(fragments)
  const width = Math.ceil(right - left)
  if (!(width > 0 && width < 20_000)) return null
  const cover = new Int32Array(width + 2)
  for (const fragment of fragments) {
    const from = Math.max(0, Math.floor(fragment.left - left))
    const to = Math.min(width + 1, Math.ceil(fragment.right - left))
    cover[from] = (cover[from] ?? 0) + 1
    cover[to] = (cover[to] ?? 0) - 1
  }
  let running = 0
  const margin = Math.ceil(width * marginShare)
  let best: { readonly crossing: number; readonly from: number; readonly to: number } | null = null
  let open: { readonly crossing: number; readonly from: number } | null = null
  for (let x = 0; x <= width; x++) {
    running += cover[x] ?? 0
    if (open !== null && (running !== open.crossing || x >= width - margin)) {
      const length = x - open.from
      const isBetter = best === null || open.crossing < best.crossing || (open.crossing === best.crossing && length > best.to - best.from)
      if (length >= gutterPointsMin && isBetter) best = { ...open, to: x }
      open = null
    }
    if (open === null && x >= margin && x < width - margin) open = { crossing: running, from: x }
  }
  if (best === null || best.crossing > crossingShareMax * fragments.length) return null
  return left + (best.from + best.to) / 2
}

/** Regions in reading order; each is read line by line. */
export function orderRegions(fragments: Fragments, depth = 0): Fragments[] {
  if (fragments.length === 0) return []
  const gutter = fragments.length < fragmentsMin || depth >= depthMax ? null : findGutter(fragments)
  if (gutter === null) return [fragments]
  const regions: Fragments[] = []
  let whole: Fragment[] = []
  let band: Fragment[] = []
  let hasColumns = false
  const closeWhole = () => {
    if (whole.length > 0) regions.push(whole)
    whole = []
  }
  const closeBand = () => {
    const left = band.filter((fragment) => fragment.right <= gutter)
    const right = band.filter((fragment) => fragment.left >= gutter)
    if (isProse(left) && isProse(right)) {
      closeWhole()
      regions.push(...orderRegions(left, depth + 1), ...orderRegions(right, depth + 1))
      hasColumns = true
    } else whole.push(...band)
    band = []
  }
  for (const fragment of fragments.toSorted((a, b) => a.top - b.top)) {
    if (fragment.left < gutter && fragment.right > gutter) {
      closeBand()
      whole.push(fragment)
    } else band.push(fragment)
  }
  closeBand()
  closeWhole()
  return hasColumns ? regions : [fragments]
}

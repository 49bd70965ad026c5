/**
 * Scrolling over pages of known sizes: which are on screen, where the reader stands, and how that place is kept when the
 * zoom or the window changes.
 */
import { type RefObject, useCallback, useEffect, useLayoutEffect, useMemo, useRef, useState } from 'react'
import type { PageSize } from '../../main/domain/document.ts'
import { nextZoom, pageAt, pageTops, scaleOf, type Zoom } from './page-layout.ts'

/** Pages kept beside the visible ones. */
const pagesBeside = 1
/** Where a place that is gone to comes to lie, as a share of the window's height. */
const restShare = 0.28

/** A point of the document: `y` in points from the page's top, `page` from 0, `restPx` from the top of the window. */
interface Place {
  readonly page: number
  readonly y: number
  readonly restPx: number | 'rest'
}

export interface Pages {
  readonly scale: number
  readonly tops: readonly number[]
  /** Null until the window's size is known. */
  readonly visible: { readonly first: number; readonly last: number } | null
  readonly current: number
  readonly isFit: boolean
  goTo(page: number, y?: number): void
  zoomBy(direction: 1 | -1): void
  fit(): void
}

export function usePages(scroller: RefObject<HTMLElement | null>, sizes: readonly PageSize[]): Pages {
  const [room, setRoom] = useState<{ readonly width: number; readonly height: number } | null>(null)
  const [zoom, setZoom] = useState<Zoom>('fit')
  const [top, setTop] = useState(0)
  const place = useRef<Place>({ page: 0, y: 0, restPx: 0 })
  const [jump, setJump] = useState(0)

  useEffect(() => {
    const element = scroller.current
    if (element === null) return
    const observer = new ResizeObserver(() => setRoom({ width: element.clientWidth, height: element.clientHeight }))
    observer.observe(element)
    return () => observer.disconnect()
  }, [scroller])

  const width = room?.width ?? 0
  const height = room?.height ?? 0
  const scale = useMemo(() => scaleOf(zoom, sizes, width), [zoom, sizes, width])
  const tops = useMemo(() => pageTops(sizes, scale), [sizes, scale])

  // The listener must never judge a new position by an old layout.
  const layout = useRef({ tops, scale })
  // biome-ignore lint/correctness/useExhaustiveDependencies: a jump moves the place without any other change
  useLayoutEffect(() => {
    layout.current = { tops, scale }
    const element = scroller.current
    if (element === null || height === 0) return
    const { page, y, restPx } = place.current
    const rest = restPx === 'rest' ? (y === 0 ? 0 : height * restShare) : restPx
    element.scrollTop = (tops[page] ?? 0) + y * scale - rest
    setTop(element.scrollTop)
  }, [scroller, tops, scale, height, jump])

  useEffect(() => {
    const element = scroller.current
    if (element === null) return
    const onScroll = () => {
      const at = element.scrollTop
      const page = pageAt(layout.current.tops, at + 1)
      place.current = { page, y: (at - (layout.current.tops[page] ?? 0)) / layout.current.scale, restPx: 0 }
      setTop(at)
    }
    element.addEventListener('scroll', onScroll, { passive: true })
    return () => element.removeEventListener('scroll', onScroll)
  }, [scroller])

  const goTo = useCallback(
    (page: number, y = 0) => {
      place.current = { page: Math.max(0, Math.min(sizes.length - 1, page)), y, restPx: 'rest' }
      setJump((count) => count + 1)
    },
    [sizes.length],
  )

  const last = sizes.length - 1
  return {
    scale,
    tops,
    visible:
      height === 0
        ? null
        : { first: Math.max(0, pageAt(tops, top) - pagesBeside), last: Math.min(last, pageAt(tops, top + height) + pagesBeside) },
    current: pageAt(tops, top + height * restShare),
    isFit: zoom === 'fit',
    goTo,
    zoomBy: (direction) => setZoom(nextZoom(scale, direction)),
    fit: () => setZoom('fit'),
  }
}

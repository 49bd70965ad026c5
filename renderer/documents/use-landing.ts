/**
 * Brings a list of blocks to the quoted passage: scrolls there once it is drawn, and puts the reader's focus on it. Never
 * moves the page again by itself.
 */
import type { Virtualizer } from '@tanstack/react-virtual'
import { type RefObject, useEffect, useMemo, useRef } from 'react'
import type { Span } from '../../main/domain/quote.ts'
import type { Quoted } from './quoted.ts'

const limits = { stillFrames: 6, framesMax: 120 } as const

const unmarked: ReadonlyMap<number, readonly Span[]> = new Map()

/** The marks of each block that the passage touches. */
export function useMarks(quoted: Quoted | null): ReadonlyMap<number, readonly Span[]> {
  return useMemo(() => {
    if (quoted === null) return unmarked
    const marks = new Map<number, Span[]>()
    for (const { block, start, end } of quoted.spans) marks.set(block, [...(marks.get(block) ?? []), { start, end }])
    return marks
  }, [quoted])
}

/**
 * `shown` counts up when the reader asks to see the passage again; `isReady` once what is around the passage was read, so
 * that nothing moves it any more.
 */
export function useLanding<E extends HTMLElement>(
  scroller: RefObject<HTMLElement | null>,
  list: Virtualizer<HTMLElement, E>,
  quoted: Quoted | null,
  shown: number,
  isReady: boolean,
): void {
  const landed = useRef('')
  const target = quoted?.spans[0]?.block ?? null

  // biome-ignore lint/correctness/useExhaustiveDependencies: asked to show the same passage again
  useEffect(() => {
    landed.current = ''
    if (target !== null) list.scrollToIndex(target, { align: 'center' })
  }, [list, target, quoted, shown])

  const stop = useRef<() => void>(() => undefined)
  useEffect(() => () => stop.current(), [])
  useEffect(() => {
    const key = `${quoted?.key} ${shown}`
    if (quoted === null || !isReady || landed.current === key) return
    const place = scroller.current?.querySelector('[data-quote-mark]')?.closest<HTMLElement>('[data-block]')
    if (scroller.current === null || place === null || place === undefined) return
    landed.current = key
    place.focus({ preventScroll: true })
    stop.current()
    stop.current = keepInView(scroller.current)
  })
}

/** Holds the passage in the middle until what stands above it has taken its real height, or the reader takes over. Returns how to stop. */
function keepInView(scroller: HTMLElement): () => void {
  const signals = ['wheel', 'pointerdown', 'keydown'] as const
  let frame = 0
  let frames = 0
  let stillFrames = 0
  let last = Number.NaN
  const stop = () => {
    cancelAnimationFrame(frame)
    for (const signal of signals) scroller.removeEventListener(signal, stop)
  }
  const step = () => {
    const mark = scroller.querySelector('[data-quote-mark]')
    if (mark === null) return stop()
    mark.scrollIntoView({ block: 'center' })
    const at = mark.getBoundingClientRect().top + scroller.scrollTop
    stillFrames = Math.abs(at - last) < 1 ? stillFrames + 1 : 0
    last = at
    frames += 1
    if (stillFrames >= limits.stillFrames || frames >= limits.framesMax) return stop()
    frame = requestAnimationFrame(step)
  }
  for (const signal of signals) scroller.addEventListener(signal, stop, { passive: true })
  step()
  return stop
}

/** Brings a list of blocks to the quoted passage: scrolls there once it is drawn, and puts the reader's focus on it. Never moves the page again by itself. */
import type { Virtualizer } from '@tanstack/react-virtual'
import { type RefObject, useEffect, useMemo, useRef } from 'react'
import type { Span } from '../../main/domain/quote.ts'
import type { Quoted } from './quoted.ts'

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

/** `shown` counts up when the reader asks to see the passage again. */
export function useLanding<E extends HTMLElement>(
  scroller: RefObject<HTMLElement | null>,
  list: Virtualizer<HTMLElement, E>,
  quoted: Quoted | null,
  shown: number,
): void {
  const landed = useRef('')
  const target = quoted?.spans[0]?.block ?? null

  // biome-ignore lint/correctness/useExhaustiveDependencies: asked to show the same passage again
  useEffect(() => {
    landed.current = ''
    if (target !== null) list.scrollToIndex(target, { align: 'center' })
  }, [list, target, quoted, shown])

  useEffect(() => {
    const key = `${quoted?.key} ${shown}`
    if (quoted === null || landed.current === key) return
    const mark = scroller.current?.querySelector('[data-quote-mark]') ?? null
    const place = mark?.closest<HTMLElement>('[data-block]') ?? null
    if (mark === null || place === null) return
    landed.current = key
    mark.scrollIntoView({ block: 'center' })
    place.focus({ preventScroll: true })
  })
}

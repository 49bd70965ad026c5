/** Entries of any height in what scrolls around them: only what is seen of a long list exists. */
import { useVirtualizer } from '@tanstack/react-virtual'
import { type ReactNode, type RefObject, useLayoutEffect, useRef, useState } from 'react'

const sizes = { entryPx: 96, overscan: 6 } as const

/** How far down the list begins in what scrolls. */
function useOffset(list: RefObject<HTMLElement | null>, room: HTMLElement | null): number {
  const [offset, setOffset] = useState(0)
  // Whatever is above it may have grown.
  useLayoutEffect(() => {
    const inner = list.current
    if (inner === null || room === null) return
    const now = inner.getBoundingClientRect().top - room.getBoundingClientRect().top + room.scrollTop
    if (Math.abs(now - offset) > 1) setOffset(now)
  })
  return offset
}

interface Props<T> {
  readonly label: string
  readonly items: readonly T[]
  readonly keyOf: (item: T) => string
  /** What scrolls; null before it is drawn. */
  readonly room: HTMLElement | null
  readonly render: (item: T) => ReactNode
}

export function VirtualEntries<T>({ label, items, keyOf, room, render }: Props<T>) {
  const list = useRef<HTMLOListElement>(null)
  const scrollMargin = useOffset(list, room)
  const virtual = useVirtualizer({
    ...{ count: items.length, overscan: sizes.overscan, scrollMargin, estimateSize: () => sizes.entryPx, gap: 8 },
    getScrollElement: () => room,
    getItemKey: (index) => {
      const item = items[index]
      return item === undefined ? index : keyOf(item)
    },
  })
  return (
    <ol ref={list} aria-label={label} className="relative" style={{ height: virtual.getTotalSize() }}>
      {virtual.getVirtualItems().map((row) => {
        const item = items[row.index]
        if (item === undefined) return null
        return (
          <li
            key={row.key}
            ref={virtual.measureElement}
            data-index={row.index}
            aria-setsize={items.length}
            aria-posinset={row.index + 1}
            style={{ transform: `translateY(${row.start - scrollMargin}px)` }}
            className="absolute inset-x-0 top-0"
          >
            {render(item)}
          </li>
        )
      })}
    </ol>
  )
}

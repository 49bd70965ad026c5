/** A list of any length of which only what is seen exists. J and K move, Enter opens; a screen reader meets a list box. */
import { useVirtualizer } from '@tanstack/react-virtual'
import { type ReactNode, useEffect, useId, useRef, useState } from 'react'
import { useShortcut } from '../frame/shortcuts.tsx'

const overscan = 8

interface Props<T> {
  readonly label: string
  /** Undefined where a row was not read yet. */
  readonly items: readonly (T | undefined)[]
  readonly rowPx: number
  readonly keyOf: (item: T) => string
  readonly render: (item: T) => ReactNode
  readonly onOpen: (item: T) => void
  /** Where something beside the list follows it: the row it stands on, and what to do when a key moves on. */
  readonly following?: { readonly key: string | null; readonly onMove: (item: T) => void }
  /** Called with the last row in view, so that more can be read. */
  readonly onReach?: (index: number) => void
  /** Called with the first and the last row in view, so that they can be read. */
  readonly onSee?: (first: number, last: number) => void
  /** Stands in the place of a row that was not read yet. */
  readonly unread?: ReactNode
  /** Of several lists side by side only one answers to J, K and Enter. */
  readonly hasKeys?: boolean
  /** Cards draw their own edge; what is chosen they learn from `group/option`. */
  readonly look?: 'rows' | 'cards'
}

const looks = {
  rows: 'border-b border-line transition-colors hover:bg-hover aria-selected:shadow-[inset_2px_0_0_var(--accent)] group-focus/list:aria-selected:bg-accent-soft/60',
  cards: 'group/option',
} as const

export function VirtualList<T>(props: Props<T>) {
  const { label, items, rowPx, keyOf, render, onOpen, onReach, onSee, unread, following, hasKeys = true, look = 'rows' } = props
  const scroller = useRef<HTMLDivElement>(null)
  const name = useId()
  const [active, setActive] = useState(0)
  const virtual = useVirtualizer({
    ...{ count: items.length, overscan, estimateSize: () => rowPx, getScrollElement: () => scroller.current },
    getItemKey: (index) => {
      const item = items[index]
      return item === undefined ? index : keyOf(item)
    },
    onChange: (instance) => {
      const rows = instance.getVirtualItems()
      const [first, last] = [rows[0], rows.at(-1)]
      if (first === undefined || last === undefined) return
      onReach?.(last.index)
      onSee?.(first.index, last.index)
    },
  })
  const followed = following === undefined ? -1 : items.findIndex((item) => item !== undefined && keyOf(item) === following.key)
  const at = followed >= 0 ? followed : Math.min(active, Math.max(items.length - 1, 0))
  const move = (by: number) => {
    const next = Math.min(Math.max(at + by, 0), items.length - 1)
    setActive(next)
    const item = items[next]
    if (item !== undefined) following?.onMove(item)
    virtual.scrollToIndex(next)
    scroller.current?.focus({ preventScroll: true })
  }
  const open = () => {
    const item = items[at]
    if (item !== undefined) onOpen(item)
  }
  const followedKey = following?.key
  // biome-ignore lint/correctness/useExhaustiveDependencies: what is followed is brought into view once, and not each time that the list changes
  useEffect(() => {
    if (followed >= 0) virtual.scrollToIndex(followed)
  }, [followedKey])
  useShortcut('list.next', () => move(1), hasKeys)
  useShortcut('list.previous', () => move(-1), hasKeys)
  useShortcut('list.open', open, hasKeys)
  return (
    <div
      ref={scroller}
      role="listbox"
      tabIndex={0}
      aria-label={label}
      aria-activedescendant={`${name}-${at}`}
      onKeyDown={(event) => {
        if (event.key === 'Enter' && !hasKeys) {
          event.preventDefault()
          return open()
        }
        const by = { ArrowDown: 1, ArrowUp: -1, PageDown: 10, PageUp: -10, Home: -items.length, End: items.length }[event.key]
        if (by === undefined) return
        event.preventDefault()
        move(by)
      }}
      className="group/list min-h-0 flex-1 overflow-auto -outline-offset-2!"
    >
      <div role="presentation" className="relative" style={{ height: virtual.getTotalSize() }}>
        {virtual.getVirtualItems().map((row) => {
          const item = items[row.index]
          if (item === undefined && unread === undefined) return null
          return (
            // biome-ignore lint/a11y/useKeyWithClickEvents: the list box holds the focus and the keys for its options
            // biome-ignore lint/a11y/useFocusableInteractive: options of a list box are reached through it
            <div
              key={row.key}
              id={`${name}-${row.index}`}
              role="option"
              aria-selected={row.index === at}
              aria-setsize={items.length}
              aria-posinset={row.index + 1}
              onClick={() => {
                setActive(row.index)
                if (item !== undefined) onOpen(item)
              }}
              style={{ height: row.size, transform: `translateY(${row.start}px)` }}
              className={`absolute inset-x-0 top-0 ${looks[look]}`}
            >
              {item === undefined ? unread : render(item)}
            </div>
          )
        })}
      </div>
    </div>
  )
}

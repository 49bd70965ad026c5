/** A list, and beside it what is chosen in it. Enter goes in, so that the keys that scroll work there; Esc comes back. */
import { type ReactNode, useRef } from 'react'
import { VirtualList } from '../../components/virtual-list.tsx'

interface Props<T> {
  readonly label: string
  readonly items: readonly T[]
  readonly rowPx: number
  readonly keyOf: (item: T) => string
  readonly render: (item: T) => ReactNode
  /** The key of what stands beside the list. */
  readonly chosen: string | null
  readonly onChoose: (item: T) => void
  readonly above?: ReactNode
  readonly children: ReactNode
}

/** What is read there is what scrolls. */
const read = 'section[tabindex="0"], [role="listbox"]'

export function ListBeside<T>({ label, items, rowPx, keyOf, render, chosen, onChoose, above, children }: Props<T>) {
  const list = useRef<HTMLDivElement>(null)
  const beside = useRef<HTMLDivElement>(null)
  const open = (item: T) => {
    if (keyOf(item) !== chosen) onChoose(item)
    else beside.current?.querySelector<HTMLElement>(read)?.focus({ preventScroll: true })
  }
  return (
    <div className="flex min-h-0 flex-1">
      <div ref={list} className="flex w-80 shrink-0 flex-col border-r border-line max-wide:w-66">
        {above}
        {items.length > 0 && (
          <VirtualList {...{ label, items, rowPx, keyOf, render, onOpen: open, following: { key: chosen, onMove: onChoose } }} />
        )}
      </div>
      {/* biome-ignore lint/a11y/noStaticElementInteractions: Esc is heard here for everything inside */}
      <div
        ref={beside}
        className="flex min-h-0 min-w-0 flex-1 flex-col"
        onKeyDown={(event) => {
          if (event.key !== 'Escape' || event.defaultPrevented) return
          event.preventDefault()
          list.current?.querySelector<HTMLElement>('[role="listbox"]')?.focus({ preventScroll: true })
        }}
      >
        {children}
      </div>
    </div>
  )
}

/** The right panel: beside the screen where there is room, else a drawer over it that Esc closes and that gives focus back. */
import { X } from 'lucide-react'
import { type ReactNode, useEffect, useRef } from 'react'
import { IconButton } from './button.tsx'
import { useIsWide } from './use-media.ts'

interface Props {
  readonly label: string
  readonly isOpen: boolean
  readonly onClose: () => void
  readonly children: ReactNode
}

function Drawer({ label, onClose, children }: Omit<Props, 'isOpen'>) {
  const panel = useRef<HTMLElement>(null)
  const close = useRef(onClose)
  close.current = onClose
  useEffect(() => {
    const before = document.activeElement
    panel.current?.focus({ preventScroll: true })
    const listen = (event: KeyboardEvent) => {
      if (event.key !== 'Escape' || event.defaultPrevented || document.querySelector('[role="dialog"]') !== null) return
      event.preventDefault()
      close.current()
    }
    window.addEventListener('keydown', listen)
    return () => {
      window.removeEventListener('keydown', listen)
      if (before instanceof HTMLElement && before.isConnected) before.focus({ preventScroll: true })
    }
  }, [])
  return (
    <aside
      ref={panel}
      tabIndex={-1}
      aria-label={label}
      className="absolute inset-y-0 right-0 z-20 flex w-100 max-w-full animate-slide-in flex-col border-l border-line-strong bg-surface shadow-float outline-none"
    >
      <IconButton label="Close the panel" onClick={onClose} className="absolute top-2 right-3 z-10">
        <X />
      </IconButton>
      {children}
    </aside>
  )
}

/** Its parent is positioned and as high as the screen. */
export function SidePanel({ label, isOpen, onClose, children }: Props) {
  const isWide = useIsWide()
  if (!isOpen) return null
  if (!isWide) {
    return (
      <Drawer label={label} onClose={onClose}>
        {children}
      </Drawer>
    )
  }
  return (
    <aside aria-label={label} className="flex w-100 shrink-0 flex-col border-l border-line bg-surface">
      {children}
    </aside>
  )
}

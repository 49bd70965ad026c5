/** A dialog over the screen: focus stays inside, Esc closes, and focus goes back where it came from. */
import { X } from 'lucide-react'
import { Dialog as Primitive } from 'radix-ui'
import { type ReactNode, useLayoutEffect, useRef } from 'react'
import { IconButton } from './button.tsx'

interface Props {
  readonly isOpen: boolean
  readonly onOpenChange: (isOpen: boolean) => void
  readonly title: string
  readonly description?: string
  readonly width?: string
  /** False where the content brings its own heading; the title is then only read out. */
  readonly hasHeader?: boolean
  readonly children: ReactNode
}

/**
 * The shade is a plain element: the library's own overlay locks scrolling with a style element, which the content policy refuses.
 * It leaves both markings bright.
 */
export function Dialog({ isOpen, onOpenChange, title, description, width = 'w-140', hasHeader = true, children }: Props) {
  const before = useRef<Element | null>(null)
  // Before anything inside takes the focus by itself.
  useLayoutEffect(() => {
    if (isOpen) before.current = document.activeElement
  }, [isOpen])
  return (
    <Primitive.Root open={isOpen} onOpenChange={onOpenChange}>
      <Primitive.Portal>
        <div aria-hidden className="fixed inset-x-0 inset-y-6 z-40 bg-shade" />
        <Primitive.Content
          {...(description === undefined ? { 'aria-describedby': undefined } : {})}
          onCloseAutoFocus={(event) => {
            event.preventDefault()
            if (before.current instanceof HTMLElement) before.current.focus({ preventScroll: true })
            // What opened it may be gone, or have nothing to do any more.
            if (document.activeElement !== before.current) document.getElementById('main')?.focus({ preventScroll: true })
          }}
          className={`fixed top-[12vh] left-1/2 z-50 flex max-h-[76vh] max-w-[calc(100vw-4rem)] -translate-x-1/2 flex-col overflow-hidden rounded-lg border border-line-strong bg-raised shadow-float outline-none ${width}`}
        >
          <div className={hasHeader ? 'flex items-start gap-4 border-b border-line px-5 py-4' : 'sr-only'}>
            <div className="min-w-0">
              <Primitive.Title className="text-read font-semibold">{title}</Primitive.Title>
              {description !== undefined && <Primitive.Description className="mt-1 text-ink-2">{description}</Primitive.Description>}
            </div>
            {hasHeader && (
              <Primitive.Close asChild>
                <IconButton label="Close" className="-mr-2 ml-auto">
                  <X />
                </IconButton>
              </Primitive.Close>
            )}
          </div>
          {children}
        </Primitive.Content>
      </Primitive.Portal>
    </Primitive.Root>
  )
}

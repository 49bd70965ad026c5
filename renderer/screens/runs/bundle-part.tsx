/** What a context bundle is made of on screen: a part under its heading, and the way back to a text of its source. */
import { type ReactNode, useState } from 'react'
import { Button } from '../../components/button.tsx'
import { BundleText } from './bundle-text.tsx'

export function Part({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section className="mt-3.5">
      <h4 className="mb-1 text-small font-semibold text-ink-2">{title}</h4>
      {children}
    </section>
  )
}

/** A button that opens a text of the source below it. */
export function Expand({ id, section, title }: { id: string; section: string | null; title: string }) {
  const [isOpen, setOpen] = useState(false)
  return (
    <div>
      <Button kind="quiet" className="-ml-2.5" aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
        {isOpen ? 'Hide' : 'Read'} {title}
      </Button>
      {isOpen && <BundleText id={id} section={section} />}
    </div>
  )
}

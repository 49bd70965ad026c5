/** One part of a request under its heading. */
import type { ReactNode } from 'react'

export function Part({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section className="mt-6 first:mt-0">
      <h3 className="mb-2 font-semibold">{title}</h3>
      {children}
    </section>
  )
}

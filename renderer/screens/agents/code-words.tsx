/** A sentence of ours in which names of fields and commands stand between backquotes. */
import { Fragment } from 'react'

export function CodeWords({ text }: { text: string }) {
  return text.split('`').map((piece, at) =>
    at % 2 === 0 ? (
      // biome-ignore lint/suspicious/noArrayIndexKey: pieces of a sentence never change places
      <Fragment key={at}>{piece}</Fragment>
    ) : (
      // biome-ignore lint/suspicious/noArrayIndexKey: pieces of a sentence never change places
      <code key={at} className="rounded-sm bg-sunken px-1 font-mono text-[0.92em] [box-decoration-break:clone]">
        {piece}
      </code>
    ),
  )
}

/** Says honestly that a document was read in part only, and which parts are missing. */
import { Popover } from 'radix-ui'
import type { MissingPart } from '../../main/domain/document.ts'
import { plural } from '../format.ts'

const shownMax = 100

const chipLook = [
  'inline-flex h-5 shrink-0 items-center rounded-full bg-warn-soft px-2 text-note font-medium whitespace-nowrap text-warn',
  'underline decoration-dotted underline-offset-3',
].join(' ')

export function MissingParts({ missing }: { readonly missing: readonly MissingPart[] }) {
  if (missing.length === 0) return null
  return (
    <Popover.Root>
      <Popover.Trigger className={chipLook}>In part</Popover.Trigger>
      <Popover.Portal>
        <Popover.Content
          aria-label="Parts that were not read"
          align="start"
          sideOffset={6}
          className="z-50 max-h-80 w-80 animate-enter overflow-y-auto rounded-md border border-line bg-raised p-4 shadow-float"
        >
          <p className="font-medium">{plural(missing.length, 'part')} could not be read</p>
          <p className="mt-0.5 text-small text-ink-2">Nothing in them can be found or quoted.</p>
          <ul className="mt-2 space-y-1 text-small">
            {missing.slice(0, shownMax).map((part) => (
              <li key={`${part.where} ${part.reason}`} className="flex justify-between gap-3">
                <span className="shrink-0">{part.where}</span>
                <span className="text-right text-ink-2">{part.reason}</span>
              </li>
            ))}
          </ul>
          {missing.length > shownMax && <p className="mt-2 text-small text-ink-2">and {missing.length - shownMax} more</p>}
        </Popover.Content>
      </Popover.Portal>
    </Popover.Root>
  )
}

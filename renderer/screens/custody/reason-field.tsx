/** A person's word for what no scanner looked at: why it may be taken in all the same. */
import { useId } from 'react'
import { TextField } from '../../components/text-field.tsx'
import { formatCount } from '../../format.ts'

/** Where the field stands, for whoever leads there. */
export const reasonPlace = 'unscanned'
export const reasonChars = { min: 10, max: 1_000 } as const
export const isReason = (reason: string): boolean => {
  const { length } = reason.trim()
  return length >= reasonChars.min && length <= reasonChars.max
}

interface Props {
  readonly reason: string
  readonly onReason: (reason: string) => void
  readonly isTried: boolean
  readonly isDisabled: boolean
}

export function ReasonField({ reason, onReason, isTried, isDisabled }: Props) {
  const id = useId()
  return (
    <section id={reasonPlace} aria-labelledby={id} className="rounded-md border border-warn/45 bg-warn-soft px-3.5 py-3">
      <h4 id={id} className="font-medium">
        No scanner has looked at it
      </h4>
      <p className="mb-3 text-small text-ink-2">
        This machine has no scanner, or it could not look at all of it. Its signatures say who made it; they do not say that it is harmless.
        Either the scanner of the site looks at it, or you answer for it by name: your account and these words stand in its receipt for
        good.
      </p>
      <TextField
        title="Why it may be taken in all the same"
        value={reason}
        onChange={onReason}
        rows={2}
        isDisabled={isDisabled}
        placeholder="Scanned on the station beside this one, log 41."
        problem={isTried && !isReason(reason) ? `Say it in ${reasonChars.min} to ${formatCount(reasonChars.max)} characters.` : undefined}
      />
    </section>
  )
}

/** Stands wherever signatures of a development root are shown: they prove nothing about who made what they sign. */
import { FlaskConical } from 'lucide-react'

export type Purpose = 'production' | 'development'

export function DevelopmentMark({ purpose }: { purpose: Purpose }) {
  if (purpose !== 'development') return null
  return (
    <span
      title="Made for trying things out. Its keys are not kept as those of a real root are."
      className="inline-flex h-5 shrink-0 items-center gap-1 rounded-sm border border-dashed border-warn bg-warn-soft px-1.5 text-note font-semibold tracking-[0.06em] text-warn uppercase"
    >
      <FlaskConical aria-hidden className="size-3" strokeWidth={2} />
      Development root
    </span>
  )
}

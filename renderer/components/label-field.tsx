/** A label as a person writes it on a banner; what was understood stands beside it as a chip. */
import type { Label } from '../../main/domain/label.ts'
import { parseLabel } from '../../main/domain/parse-marking.ts'
import { LabelChip } from './level.tsx'
import { TextField } from './text-field.tsx'

interface Props {
  readonly title: string
  readonly value: string
  readonly onChange: (value: string) => void
}

/** The label that is written there; null when there is none, or none that can be read. */
export function readLabel(value: string): Label | null {
  const parsed = parseLabel(value)
  return parsed.ok ? parsed.value : null
}

export function LabelField({ title, value, onChange }: Props) {
  const parsed = parseLabel(value)
  return (
    <div className="flex items-start gap-3">
      <TextField
        title={title}
        value={value}
        onChange={onChange}
        placeholder="SECRET//SI//NOFORN"
        isCode
        className="flex-1"
        detail="As on a banner: the level, then categories, controls and release, parted by two strokes."
        {...(value.trim() === '' || parsed.ok ? {} : { problem: `${parsed.error.message} ${parsed.error.hint}` })}
      />
      <span className="mt-7">{parsed.ok && <LabelChip label={parsed.value} />}</span>
    </div>
  )
}

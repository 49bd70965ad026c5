/** The one question of the first start: what is the highest material this machine may hold? */
import { type LabelName, labelFromName } from '../../../main/domain/label.ts'
import { LabelChip } from '../../components/level.tsx'
import { ceilings } from './ceilings.ts'

interface Props {
  readonly value: LabelName
  readonly onChoose: (name: LabelName) => void
  readonly isDisabled?: boolean
}

export function CeilingChoice({ value, onChoose, isDisabled = false }: Props) {
  return (
    <div className="space-y-2">
      {ceilings.map(({ name, title, meaning }) => (
        <label
          key={name}
          className="flex cursor-pointer items-start gap-3 rounded-md border border-line bg-surface px-3.5 py-2.5 transition-colors hover:border-edge has-checked:border-accent has-checked:bg-accent-soft has-focus-visible:outline-2 has-focus-visible:outline-offset-2 has-focus-visible:outline-accent"
        >
          <input
            type="radio"
            name="ceiling"
            value={name}
            checked={value === name}
            disabled={isDisabled}
            onChange={() => onChoose(name)}
            className="mt-0.5 size-4 shrink-0 accent-accent outline-none"
          />
          <span className="min-w-0 flex-1">
            <span className="block font-medium">{title}</span>
            <span className="block text-small text-ink-2">{meaning}</span>
          </span>
          <span aria-hidden>
            <LabelChip label={labelFromName(name)} />
          </span>
        </label>
      ))}
    </div>
  )
}

/** Finds by a few words, as they are typed. Esc empties it. */
import { Search } from 'lucide-react'

const limits = { charsMax: 200 } as const

interface Props {
  /** What is found by: "Find by file name". */
  readonly label: string
  readonly value: string
  readonly onChange: (value: string) => void
}

export function SearchField({ label, value, onChange }: Props) {
  return (
    <label className="relative flex items-center">
      <Search aria-hidden className="absolute left-2 size-3.5 text-ink-3" strokeWidth={1.8} />
      <input
        type="search"
        aria-label={label}
        placeholder={label}
        maxLength={limits.charsMax}
        value={value}
        onChange={(event) => onChange(event.target.value)}
        onKeyDown={(event) => {
          if (event.key === 'Escape') onChange('')
        }}
        className="h-7 w-60 rounded-md border border-edge bg-surface pr-2 pl-7 text-small placeholder:text-ink-3 max-wide:w-48"
      />
    </label>
  )
}

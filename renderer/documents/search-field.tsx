/** Finds documents by the names of their files. */
import { Search } from 'lucide-react'

const limits = { charsMax: 200 } as const

export function SearchField({ value, onChange }: { readonly value: string; readonly onChange: (value: string) => void }) {
  return (
    <label className="relative flex items-center">
      <Search aria-hidden className="absolute left-2 size-3.5 text-ink-3" strokeWidth={1.8} />
      <input
        type="search"
        aria-label="Find by file name"
        placeholder="Find by file name"
        maxLength={limits.charsMax}
        value={value}
        onChange={(event) => onChange(event.target.value)}
        onKeyDown={(event) => {
          if (event.key === 'Escape') onChange('')
        }}
        className="h-7 w-52 rounded-md border border-edge bg-surface pr-2 pl-7 text-small placeholder:text-ink-3 max-wide:w-40"
      />
    </label>
  )
}

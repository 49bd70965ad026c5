/** The field that searches the manual. It keeps the focus while the arrows move in what was found. */
import { Search } from 'lucide-react'
import { type KeyboardEvent, type RefObject, useRef } from 'react'
import { Kbd } from '../components/kbd.tsx'
import { keyOf, printKey } from '../frame/key-map.ts'
import { usePreferences } from '../frame/preferences.ts'
import { useShortcut } from '../frame/shortcuts.tsx'
import { searchLimits } from './search.ts'

interface Props {
  readonly value: string
  readonly onChange: (value: string) => void
  /** The list of what was found, and the option that the arrows stand on; null while none is shown. */
  readonly found: { readonly listId: string; readonly optionId: string | null } | null
  readonly onMove: (by: number) => void
  readonly onOpen: () => void
  readonly onLeave: () => void
}

function useFieldKey(field: RefObject<HTMLInputElement | null>) {
  useShortcut('manual.find', () => {
    field.current?.focus()
    field.current?.select()
  })
}

export function SearchField({ value, onChange, found, onMove, onOpen, onLeave }: Props) {
  const field = useRef<HTMLInputElement>(null)
  const { keys } = usePreferences()
  useFieldKey(field)
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.nativeEvent.isComposing) return
    if (event.key === 'ArrowDown') onMove(1)
    else if (event.key === 'ArrowUp') onMove(-1)
    else if (event.key === 'Enter') onOpen()
    else if (event.key === 'Escape') {
      if (value === '') field.current?.blur()
      onLeave()
    } else return
    event.preventDefault()
  }
  return (
    <label className="relative flex items-center">
      <Search aria-hidden className="absolute left-2 size-3.5 text-ink-3" strokeWidth={1.8} />
      <input
        ref={field}
        type="text"
        role="combobox"
        aria-label="Find in the manual"
        aria-autocomplete="list"
        aria-expanded={found !== null}
        aria-controls={found?.listId}
        aria-activedescendant={found?.optionId ?? undefined}
        placeholder="Find in the manual"
        autoComplete="off"
        spellCheck={false}
        maxLength={searchLimits.charsMax}
        value={value}
        onChange={(event) => onChange(event.target.value)}
        onKeyDown={onKeyDown}
        className="h-7 w-64 rounded-md border border-edge bg-surface pr-8 pl-7 text-small placeholder:text-ink-3"
      />
      {value === '' && (
        <span className="pointer-events-none absolute right-2">
          <Kbd keys={printKey(keyOf('manual.find', keys))} />
        </span>
      )}
    </label>
  )
}

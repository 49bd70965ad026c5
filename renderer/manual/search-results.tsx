/** What was found, the best first. The field above holds the focus and the keys. */
import { SearchX } from 'lucide-react'
import { useEffect } from 'react'
import { EmptyState } from '../components/empty-state.tsx'
import { plural } from '../format.ts'
import { MarkedWords } from './marked-words.tsx'
import { type Found, type Hit, searchLimits } from './search.ts'

interface Props {
  readonly found: Found
  readonly words: readonly string[]
  readonly active: number
  readonly listId: string
  readonly onOpen: (hit: Hit) => void
}

export const optionId = (listId: string, at: number): string => `${listId}-${at}`

const countOf = ({ hits, hasAllWords }: Found): string => {
  const count = hits.length === searchLimits.hitsMax ? `The best ${hits.length} parts` : plural(hits.length, 'part')
  return hasAllWords ? count : `${count}; none has all of these words`
}

function Nothing() {
  return (
    <EmptyState icon={SearchX} title="Not in the manual">
      <p>Try fewer words, or a single one: part of a word is enough, and so is a code such as bundle.threshold.</p>
    </EmptyState>
  )
}

export function SearchResults({ found, words, active, listId, onOpen }: Props) {
  useEffect(() => {
    // Newer browsers answer a scroll with a promise, which no effect may return.
    document.getElementById(optionId(listId, active))?.scrollIntoView({ block: 'nearest' })
  }, [listId, active])
  if (found.hits.length === 0) {
    return (
      <div role="status" className="flex min-h-0 flex-1">
        <Nothing />
      </div>
    )
  }
  return (
    <section
      aria-label="What was found"
      // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keyboard
      tabIndex={0}
      className="min-h-0 min-w-0 flex-1 overflow-auto -outline-offset-2!"
    >
      <div className="mx-auto max-w-200 px-7 pt-6 pb-10">
        <p role="status" className="mb-2 text-small text-ink-2">
          {countOf(found)}
        </p>
        <div
          id={listId}
          role="listbox"
          aria-label="Found in the manual"
          className="overflow-hidden rounded-lg border border-line bg-surface"
        >
          {found.hits.map((hit, at) => (
            // biome-ignore lint/a11y/useKeyWithClickEvents: the field holds the focus and the keys for these options
            // biome-ignore lint/a11y/useFocusableInteractive: options of this list are reached through the field
            <div
              key={`${hit.part.page} ${hit.part.anchor}`}
              id={optionId(listId, at)}
              role="option"
              aria-selected={at === active}
              onClick={() => onOpen(hit)}
              className="border-b border-line px-4 py-2.5 transition-colors last:border-0 hover:bg-hover aria-selected:bg-accent-soft/60 aria-selected:shadow-[inset_2px_0_0_var(--accent)]"
            >
              <p>
                <span className="font-medium">
                  <MarkedWords text={hit.part.title} words={words} />
                </span>
                {hit.part.anchor !== null && <span className="ml-2 text-small text-ink-2">{hit.part.pageTitle}</span>}
              </p>
              <p className="mt-0.5 text-small text-ink-2 break-words [&_mark]:text-ink">
                <MarkedWords text={hit.snippet} words={words} />
              </p>
            </div>
          ))}
        </div>
      </div>
    </section>
  )
}

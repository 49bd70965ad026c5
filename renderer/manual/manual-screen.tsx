/** The manual in the window: its pages, and what was found in them. It asks the core for nothing. */
import { useNavigate, useParams, useRouter } from '@tanstack/react-router'
import { BookOpen } from 'lucide-react'
import { useEffect, useId, useMemo, useRef, useState } from 'react'
import { EmptyState } from '../components/empty-state.tsx'
import { Screen } from '../components/screen.tsx'
import { Contents } from './contents.tsx'
import { PageIndex } from './page-index.tsx'
import { manualPageNamed } from './page-names.ts'
import { PageView } from './page-view.tsx'
import { manualPage } from './pages.ts'
import { type Hit, searchParts, wordsOf } from './search.ts'
import { SearchField } from './search-field.tsx'
import { optionId, SearchResults } from './search-results.tsx'
import { searchedParts } from './searched-parts.ts'

const nowhere: readonly string[] = []

/** What is typed, what it finds, and whether that is shown or a page in which it is marked. */
function useSearch() {
  const router = useRouter()
  const [text, setText] = useState('')
  const [isShown, setShown] = useState(false)
  const [at, setAt] = useState(0)
  const words = useMemo(() => wordsOf(text), [text])
  const found = useMemo(() => (isShown && words.length > 0 ? searchParts(searchedParts(), text) : null), [isShown, words, text])
  const last = (found?.hits.length ?? 1) - 1
  // Whoever goes to a page wants to see it.
  useEffect(() => router.subscribe('onResolved', () => setShown(false)), [router])
  return {
    ...{ text, words: words.length === 0 ? nowhere : words, found, at: Math.min(at, Math.max(last, 0)) },
    type: (value: string) => {
      setText(value)
      setAt(0)
      setShown(true)
    },
    /** Moves in what was found, and shows it again where a page was opened from it. */
    move: (by: number) => {
      if (isShown) setAt((was) => Math.max(0, Math.min(was + by, last)))
      else setShown(true)
    },
    clear: () => {
      setText('')
      setShown(false)
    },
  }
}

function NoPage() {
  return (
    <EmptyState icon={BookOpen} title="There is no such page">
      <p>The manual begins with the list of its pages: choose Manual in the rail.</p>
    </EmptyState>
  )
}

export function ManualScreen() {
  const { page: wanted } = useParams({ strict: false })
  const navigate = useNavigate()
  const listId = useId()
  const search = useSearch()
  const wantsFocus = useRef(false)
  const name = manualPageNamed(wanted)
  const { found, at } = search
  const open = (hit: Hit | undefined) => {
    if (hit === undefined) return
    wantsFocus.current = true
    const { page, anchor } = hit.part
    void navigate({ to: '/manual/$page', params: { page }, ...(anchor === null ? {} : { hash: anchor }) })
  }
  const isFound = found !== null && found.hits.length > 0
  return (
    <Screen
      title={name === null ? 'Manual' : `Manual: ${manualPage(name).shortTitle}`}
      actions={
        <SearchField
          value={search.text}
          onChange={search.type}
          found={isFound ? { listId, optionId: optionId(listId, at) } : null}
          onMove={search.move}
          onOpen={() => (found === null ? search.move(0) : open(found.hits[at]))}
          onLeave={search.clear}
        />
      }
    >
      <div className="flex min-h-0 flex-1">
        {name !== null && <Contents name={name} />}
        {found !== null ? (
          <SearchResults found={found} words={search.words} active={at} listId={listId} onOpen={open} />
        ) : name !== null ? (
          <PageView name={name} words={search.words} wantsFocus={wantsFocus} />
        ) : wanted === undefined ? (
          <PageIndex />
        ) : (
          <NoPage />
        )}
      </div>
    </Screen>
  )
}

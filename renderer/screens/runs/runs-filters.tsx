/** Narrows the list of runs by state, agent and what was asked. What is chosen stands in the address, so that going back finds it again. */
import { useNavigate } from '@tanstack/react-router'
import { Search } from 'lucide-react'
import { useEffect, useRef, useState } from 'react'
import { useCall } from '../../api.tsx'
import { ChoiceMenu } from '../../components/choice-menu.tsx'
import { agentWords } from './run-words.ts'
import { type RunsSearch, type StateGroup, stateGroupNames, stateGroups } from './runs-search.ts'

const limits = { charsMax: 200, waitMs: 200 } as const
const every = 'all'

const without = ({ start: _start, ...rest }: RunsSearch, name: keyof RunsSearch): RunsSearch => {
  const { [name]: _gone, ...kept } = rest as RunsSearch
  return kept
}

export function RunsFilters({ search }: { search: RunsSearch }) {
  const navigate = useNavigate()
  const agents = useCall('agents.list', {}).data?.items ?? []
  const [typed, setTyped] = useState(search.q ?? '')
  const latest = useRef(search)
  latest.current = search
  const go = (next: RunsSearch) => void navigate({ to: '/runs', search: next, replace: true })
  const goLatest = useRef(go)
  goLatest.current = go
  useEffect(() => {
    const q = typed.trim()
    if (q === (latest.current.q ?? '')) return
    const timer = setTimeout(() => {
      const rest = without(latest.current, 'q')
      goLatest.current(q === '' ? rest : { ...rest, q })
    }, limits.waitMs)
    return () => clearTimeout(timer)
  }, [typed])
  const set = (name: 'state' | 'agent', value: string) => {
    const rest = without(search, name)
    if (value === every) go(rest)
    else if (name === 'agent') go({ ...rest, agent: value })
    else go({ ...rest, state: value as StateGroup })
  }
  const known = agents.some(({ name }) => name === search.agent) || search.agent === undefined ? [] : [search.agent]
  return (
    <div className="flex h-11 shrink-0 items-center gap-2 border-b border-line px-6">
      <label className="relative flex items-center">
        <Search aria-hidden className="absolute left-2 size-3.5 text-ink-3" strokeWidth={1.8} />
        <input
          type="search"
          aria-label="Find by what was asked"
          placeholder="Find by what was asked"
          maxLength={limits.charsMax}
          value={typed}
          onChange={(event) => setTyped(event.target.value)}
          onKeyDown={(event) => {
            if (event.key === 'Escape') setTyped('')
          }}
          className="h-7 w-64 rounded-md border border-edge bg-surface pr-2 pl-7 text-small placeholder:text-ink-3 max-wide:w-52"
        />
      </label>
      <ChoiceMenu
        label="State"
        value={search.state ?? every}
        onChoose={(value) => set('state', value)}
        choices={[
          { value: every, title: 'Every state' },
          ...stateGroupNames.map((name) => ({ value: name, title: stateGroups[name].title })),
        ]}
      />
      <ChoiceMenu
        label="Agent"
        value={search.agent ?? every}
        onChoose={(value) => set('agent', value)}
        choices={[
          { value: every, title: 'Every agent' },
          ...agents.map(({ name, title }) => ({ value: name, title })),
          ...known.map((name) => ({ value: name, title: agentWords(name) })),
        ]}
      />
    </div>
  )
}

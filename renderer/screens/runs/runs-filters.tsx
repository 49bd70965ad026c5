/** Narrows the list of runs by state, agent and what was asked. What is chosen stands in the address, so that going back finds it again. */
import { useNavigate } from '@tanstack/react-router'
import { useEffect, useRef, useState } from 'react'
import { useCall } from '../../api.tsx'
import { ChoiceMenu } from '../../components/choice-menu.tsx'
import { SearchField } from '../../components/search-field.tsx'
import { agentWords } from './run-words.ts'
import { type RunsSearch, type StateGroup, stateGroupNames, stateGroups } from './runs-search.ts'

const limits = { waitMs: 200 } as const
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
      <SearchField label="Find by what was asked" value={typed} onChange={setTyped} />
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

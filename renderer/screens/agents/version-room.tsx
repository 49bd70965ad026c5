/** One version of a prompt: its words, what changed against another one, and how labels moved. */
import { useState } from 'react'
import type { PromptSummary } from '../../../main/contract/prompts.ts'
import type { Label } from '../../../main/domain/label.ts'
import { labelInUse } from '../../../main/domain/prompt.ts'
import { useCall } from '../../api.tsx'
import { Button } from '../../components/button.tsx'
import { LabelChip } from '../../components/level.tsx'
import { Segments } from '../../components/segments.tsx'
import { useMay } from '../../components/use-may.ts'
import { useShowsLabel } from '../../frame/shown-label.ts'
import { LabelDialog } from './label-dialog.tsx'
import { Missing } from './missing.tsx'
import { PromptMoves } from './prompt-moves.tsx'
import { type PromptSearch, type PromptView, usuallyAgainst } from './prompt-search.ts'
import { AgainstMenu, VersionDiff } from './version-diff.tsx'
import { LabelNames } from './version-row.tsx'
import { VersionText } from './version-text.tsx'

interface Props {
  readonly agent: string
  readonly prompt: string
  readonly version: number
  readonly label: Label
  readonly labels: PromptSummary['labels']
  readonly search: PromptSearch
  readonly onSearch: (search: PromptSearch) => void
  readonly onSaid: (said: string) => void
}

export function VersionRoom({ agent, prompt, version, label, labels, search, onSearch, onSaid }: Props) {
  useShowsLabel(label)
  const found = useCall('prompts.get', { agent, prompt, version })
  const may = useMay('agents.manage')
  const why = may.why === null ? {} : { title: may.why }
  const [isPointing, setPointing] = useState(false)
  const view: PromptView = search.view ?? 'text'
  const namesOf = (of: number) => labels.flatMap((one) => (one.version === of ? [one.name] : []))
  const versions = found.data?.versions.map((one) => one.version) ?? []
  const inUse = labels.find(({ name }) => name === labelInUse)?.version ?? null
  const against = search.against !== undefined && search.against !== version ? search.against : usuallyAgainst(version, inUse, versions)
  const goTo = (to: PromptView, other?: number) =>
    onSearch({ version, ...(to === 'text' ? {} : { view: to }), ...(other === undefined ? {} : { against: other }) })
  return (
    <>
      <header className="flex shrink-0 flex-wrap items-center gap-x-2.5 gap-y-1.5 border-b border-line px-6 py-3">
        <h2 className="text-read font-semibold">Version {version}</h2>
        <LabelNames names={namesOf(version)} />
        <LabelChip label={label} />
        <span className="ml-auto flex shrink-0 items-center gap-1.5">
          <Button disabled={!may.isAllowed} onClick={() => onSearch({ version, write: true })} {...why}>
            Write a new one from it…
          </Button>
          <Button disabled={!may.isAllowed} onClick={() => setPointing(true)} {...why}>
            Point a label at it…
          </Button>
        </span>
      </header>
      <div className="flex shrink-0 flex-wrap items-center gap-2.5 border-b border-line px-6 py-2">
        <Segments
          label="What of this version"
          value={view}
          onChoose={(chosen) => goTo(chosen)}
          choices={[
            { value: 'text', title: 'Words' },
            { value: 'diff', title: 'What changed' },
            { value: 'moves', title: 'Moves of labels' },
          ]}
        />
        {view === 'diff' && found.data !== undefined && (
          <span className="flex items-center gap-2 text-small text-ink-2">
            <span className="max-wide:sr-only">Compared with</span>
            <AgainstMenu prompt={found.data} against={against} namesOf={namesOf} onChoose={(other) => goTo('diff', other)} />
          </span>
        )}
      </div>
      {found.data === undefined ? (
        <Missing query={found} label="Reading the version" />
      ) : view === 'diff' ? (
        <VersionDiff prompt={found.data} against={against} />
      ) : view === 'moves' ? (
        <PromptMoves moves={found.data.moves} onOpen={(to) => onSearch({ version: to })} />
      ) : (
        <VersionText prompt={found.data} />
      )}
      <LabelDialog
        {...{ agent, prompt, version, labels }}
        isOpen={isPointing}
        onClose={() => setPointing(false)}
        onMoved={(name) => onSaid(`${name} points at version ${version}.`)}
      />
    </>
  )
}

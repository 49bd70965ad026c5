/** What changed from one version of a prompt to another, line by line. */
import { FileDiff } from 'lucide-react'
import { useMemo } from 'react'
import type { PromptDetail } from '../../../main/contract/prompts.ts'
import type { Label } from '../../../main/domain/label.ts'
import { useCall } from '../../api.tsx'
import { Chip } from '../../components/chip.tsx'
import { ChoiceMenu } from '../../components/choice-menu.tsx'
import { CopyButton } from '../../components/copy-button.tsx'
import { countChanges, diffLines } from '../../components/diff-lines.ts'
import { EmptyState } from '../../components/empty-state.tsx'
import { WholeDiff } from '../../components/whole-diff.tsx'
import { useShowsLabel } from '../../frame/shown-label.ts'
import { Missing } from './missing.tsx'

interface Sides {
  readonly agent: string
  readonly prompt: string
  readonly from: number
  readonly to: number
  /** Of the version that it is compared with. */
  readonly label: Label
}

function Difference({ agent, prompt, from, to, label }: Sides) {
  useShowsLabel(label)
  const found = useCall('prompts.diff', { agent, prompt, from, to })
  const diff = found.data?.diff ?? ''
  const lines = useMemo(() => diffLines(diff), [diff])
  const { added, removed } = useMemo(() => countChanges(lines), [lines])
  if (found.data === undefined) return <Missing query={found} label="Comparing" />
  if (added + removed === 0) {
    return (
      <EmptyState icon={FileDiff} title="No difference">
        <p>Both versions have the same words.</p>
      </EmptyState>
    )
  }
  return (
    <>
      <p className="flex shrink-0 items-center gap-2 border-b border-line px-6 py-2">
        <span className="text-small text-ink-2">
          From version {from} to version {to}
        </span>
        <Chip tone="ok">+{added}</Chip>
        <Chip tone="bad">−{removed}</Chip>
        <span className="ml-auto">
          <CopyButton text={() => diff} title="Copy the diff" />
        </span>
      </p>
      <WholeDiff lines={lines} />
    </>
  )
}

interface Props {
  readonly prompt: PromptDetail
  readonly against: number | null
}

export function VersionDiff({ prompt: { agent, prompt, version, versions }, against }: Props) {
  const other = versions.find((one) => one.version === against)
  if (other === undefined) {
    return (
      <EmptyState icon={FileDiff} title="Nothing to compare it with">
        <p>There is only this one version. Write another, and what changed stands here.</p>
      </EmptyState>
    )
  }
  return <Difference agent={agent} prompt={prompt} from={other.version} to={version} label={other.label} />
}

interface AgainstProps extends Props {
  readonly namesOf: (version: number) => readonly string[]
  readonly onChoose: (against: number) => void
}

/** Any other version, the newest first. */
export function AgainstMenu({ prompt: { version, versions }, against, namesOf, onChoose }: AgainstProps) {
  const others = versions.toReversed().filter((one) => one.version !== version)
  if (others.length === 0) return null
  return (
    <ChoiceMenu
      label="Compared with"
      value={String(against)}
      onChoose={(chosen) => onChoose(Number(chosen))}
      choices={others.map((one) => ({
        value: String(one.version),
        title: `Version ${one.version}`,
        detail: [...namesOf(one.version), `by ${one.by}`].join(' · '),
      }))}
    />
  )
}

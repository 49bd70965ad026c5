/** The number of a citation: a button that shows its evidence. One that could not be verified looks so. */
import type { Citation } from '../../../main/contract/answer.ts'
import { describeLocator } from '../../../main/domain/locator.ts'

export interface Evidence {
  readonly runId: string
  readonly n: number
}

interface Props {
  readonly citation: Citation
  readonly isSelected: boolean
  readonly isFirstEver?: boolean
  readonly onSelect: () => void
}

export function CitationMark({ citation, isSelected, isFirstEver = false, onSelect }: Props) {
  const look = isSelected
    ? 'bg-accent text-accent-ink'
    : citation.verified
      ? 'bg-accent-soft text-accent hover:bg-accent hover:text-accent-ink'
      : 'bg-warn-soft text-warn line-through'
  const where = `${citation.file}, ${describeLocator(citation.locator)}`
  return (
    <button
      type="button"
      onClick={onSelect}
      aria-pressed={isSelected}
      aria-label={`Source ${citation.n}: ${where}${citation.verified ? '' : ', quote not found'}`}
      title={citation.verified ? where : `${where}: these words were not found there`}
      className={`ml-0.5 inline-flex h-4.5 min-w-4.5 -translate-y-0.5 items-center justify-center rounded-[5px] px-1 align-middle text-note leading-none font-semibold no-underline transition-colors ${look} ${isFirstEver ? 'animate-point-out' : ''}`}
    >
      {citation.n}
    </button>
  )
}

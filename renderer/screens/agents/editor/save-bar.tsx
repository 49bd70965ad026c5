/** Says what saving will do, before it is done, or why it cannot be. */
import { isNarrowingFile } from '../../../../main/domain/agent-file.ts'

interface Props {
  readonly file: string
  readonly isNew: boolean
  readonly isChanged: boolean
  readonly isRefused: boolean
  /** Why this account may not save; null = it may. */
  readonly why: string | null
}

function words({ file, isNew, isChanged, isRefused, why }: Props): string {
  if (why !== null) return why
  if (isRefused) return 'It would not be offered as it stands: set right what blocks it, then save it.'
  if (!isNew && !isChanged) return `${file} lies there as you see it.`
  if (isNarrowingFile(file))
    return `Saving writes ${file}: runs that begin from then on may do no more than it leaves. Runs under way keep what they began with.`
  if (isNew) return `Saving writes ${file}: the agent is offered from then on.`
  return `Saving writes ${file}: runs that begin from then on follow it. Runs under way keep what they began with, and are held where it would let them do more.`
}

export const SaveBar = (props: Props) => (
  <p role="status" className="shrink-0 border-t border-line bg-surface px-4 py-2 text-small text-ink-2">
    {words(props)} <span className="text-ink-3">Tab indents; Esc, then Tab, leaves the text.</span>
  </p>
)

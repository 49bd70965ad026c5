/** One request in the list: what is asked, for which run, and how long it still stands. */
import type { ApprovalItem } from '../../../main/contract/approvals.ts'
import { Chip } from '../../components/chip.tsx'
import { LabelMark } from '../../components/level.tsx'
import { TimeAgo } from '../../components/time-ago.tsx'
import { TimeLeft } from '../../components/time-left.tsx'
import { visibleString } from '../../documents/visible-text.ts'
import { useShowsLabel } from '../../frame/shown-label.ts'
import { decisionTones, decisionWords, isToolCall, requestTitle } from './approval-words.ts'

/** What a call would do is said by Holdfast; what is asked is quoted, since an agent wrote it. */
function words({ kind, summary, toolSummary }: ApprovalItem): string {
  if (summary === null) return toolSummary ?? 'What it does is not known.'
  const text = visibleString(summary)
  return kind === 'approval' ? text : `“${text}”`
}

export function ApprovalRow({ approval }: { approval: ApprovalItem }) {
  useShowsLabel(approval.label)
  const { decision } = approval
  return (
    <div className="flex h-full flex-col justify-center gap-0.5 px-4">
      <p className="flex min-w-0 items-center gap-2">
        <span className={`truncate font-medium ${isToolCall(approval) ? 'font-mono text-small' : ''}`}>{requestTitle(approval)}</span>
        <span className="ml-auto shrink-0 text-small text-ink-2">
          {decision !== null ? (
            <Chip tone={decisionTones[decision]}>{decisionWords[decision]}</Chip>
          ) : approval.expiresAt === null ? (
            'no limit'
          ) : (
            <TimeLeft atMs={approval.expiresAt} />
          )}
        </span>
      </p>
      <p className="truncate text-small">{words(approval)}</p>
      <p className="flex min-w-0 items-center gap-2 text-small text-ink-2">
        <span className="min-w-0 truncate">{approval.runTitle === null ? 'Purged run' : visibleString(approval.runTitle)}</span>
        <span className="ml-auto flex shrink-0 items-center gap-2">
          <LabelMark label={approval.label} />
          <TimeAgo atMs={approval.decidedAt ?? approval.openedAt} />
        </span>
      </p>
    </div>
  )
}

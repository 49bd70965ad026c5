/** The whole diff of one request, for those too long to stand beside the decision. Only the lines in view exist. */
import { Link } from '@tanstack/react-router'
import { FileDiff } from 'lucide-react'
import { useMemo } from 'react'
import { unclassified } from '../../../main/domain/label.ts'
import { useCall } from '../../api.tsx'
import { buttonLook } from '../../components/button.tsx'
import { Chip } from '../../components/chip.tsx'
import { CopyButton } from '../../components/copy-button.tsx'
import { countChanges, diffLines } from '../../components/diff-lines.ts'
import { EmptyState } from '../../components/empty-state.tsx'
import { FailurePanel } from '../../components/failure-notice.tsx'
import { LabelChip } from '../../components/level.tsx'
import { Screen } from '../../components/screen.tsx'
import { SkeletonRows } from '../../components/skeleton.tsx'
import { WholeDiff } from '../../components/whole-diff.tsx'
import { plural } from '../../format.ts'
import { useShowsLabel } from '../../frame/shown-label.ts'

export function DiffScreen({ holdId }: { holdId: string }) {
  const request = useCall('approvals.get', { holdId })
  useShowsLabel(request.data?.label ?? unclassified)
  const diff = request.data?.preview?.diff ?? null
  const lines = useMemo(() => (diff === null ? [] : diffLines(diff)), [diff])
  const { added, removed } = useMemo(() => countChanges(lines), [lines])
  const back = (
    <Link to="/approvals/$holdId" params={{ holdId }} className={buttonLook()}>
      Back to the request
    </Link>
  )
  return (
    <Screen
      title={request.data === undefined ? 'Diff' : `Diff of ${request.data.tool}`}
      chips={
        lines.length > 0 && (
          <>
            <Chip>{plural(lines.length, 'line')}</Chip>
            <Chip tone="ok">+{added}</Chip>
            <Chip tone="bad">−{removed}</Chip>
            {request.data !== undefined && <LabelChip label={request.data.label} />}
          </>
        )
      }
      actions={
        <>
          {diff !== null && <CopyButton text={() => diff} title="Copy the diff" />}
          {back}
        </>
      }
    >
      {request.isPending ? (
        <SkeletonRows label="Reading the diff" />
      ) : request.isError ? (
        <FailurePanel failure={request.error.failure} onRetry={() => void request.refetch()} />
      ) : diff === null ? (
        <EmptyState icon={FileDiff} title="No file would change">
          <p>This request comes without a diff.</p>
        </EmptyState>
      ) : (
        <WholeDiff lines={lines} />
      )}
    </Screen>
  )
}

/** Folds the log of a run again, without any effect, and says whether it tells what the store says. */
import { CheckCircle2, XCircle } from 'lucide-react'
import type { Replay } from '../../../main/contract/replay.ts'
import { useCall } from '../../api.tsx'
import { Dialog } from '../../components/dialog.tsx'
import { Fact, Facts } from '../../components/facts.tsx'
import { FailureNotice } from '../../components/failure-notice.tsx'
import { ProgressBar } from '../../components/progress-bar.tsx'
import { plural } from '../../format.ts'
import { statusWords } from './run-words.ts'

function Verdict({ replay }: { replay: Replay }) {
  const isGood = replay.isChainWhole && replay.isSame
  return (
    <>
      <p role="status" className={`mb-4 flex items-center gap-2.5 text-read font-semibold ${isGood ? 'text-ok' : 'text-bad'}`}>
        {isGood ? <CheckCircle2 aria-hidden className="size-5" /> : <XCircle aria-hidden className="size-5" />}
        {isGood ? 'The replay is the same.' : 'The replay differs from what is stored.'}
      </p>
      <Facts>
        <Fact name="Folded">{plural(replay.events, 'event')}, no call was made</Fact>
        <Fact name="Comes to">{statusWords[replay.status]}</Fact>
        <Fact name="Chain">{replay.isChainWhole ? 'whole' : `breaks at event ${replay.firstBreak ?? '?'}`}</Fact>
        <Fact name="Rows">{replay.isSame ? 'as the events tell them' : plural(replay.differences.length, 'difference')}</Fact>
      </Facts>
      {replay.differences.length > 0 && (
        <ul className="mt-3 list-disc space-y-1 pl-5 font-mono text-small">
          {replay.differences.map((difference) => (
            <li key={difference}>{difference}</li>
          ))}
        </ul>
      )}
    </>
  )
}

export function ReplayDialog({ runId, isOpen, onClose }: { runId: string; isOpen: boolean; onClose: () => void }) {
  const replay = useCall('runs.replay', { runId }, { enabled: isOpen })
  return (
    <Dialog
      isOpen={isOpen}
      onOpenChange={(open) => !open && onClose()}
      title="Replay"
      description="The events are folded again from the first to the last. Nothing is called and nothing is changed."
    >
      <div className="overflow-auto px-5 py-4">
        {replay.data !== undefined ? (
          <Verdict replay={replay.data} />
        ) : replay.isError ? (
          <FailureNotice failure={replay.error.failure} onRetry={() => void replay.refetch()} />
        ) : (
          <ProgressBar share={null} label="Replaying" />
        )}
      </div>
    </Dialog>
  )
}

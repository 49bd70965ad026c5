/** What really serves, and what was measured. A figure nobody measured is not there. */
import type { StationStatus } from '../../main/contract/station.ts'
import { describeRoles } from '../../main/domain/role.ts'
import { useConnection } from '../api.tsx'
import { formatDuration, formatShare, plural } from '../format.ts'

function Serving({ serving }: { serving: StationStatus['serving'] }) {
  if (serving.tier === 'reflex') {
    return (
      <span className="truncate">
        <b className="font-medium text-ink">Reflex</b> · no model, quotes only
      </span>
    )
  }
  const rest = [serving.modelName, serving.device].filter((part) => part !== null).join(' · ')
  return (
    <span className="truncate">
      <b className="font-medium text-ink capitalize">{serving.tier}</b>
      {rest !== '' && ` · ${rest}`}
    </span>
  )
}

function lastFigures(last: NonNullable<StationStatus['lastAnswer']>): readonly string[] {
  const figures: string[] = []
  if (last.tokensPerSecond !== null) figures.push(`${last.tokensPerSecond.toFixed(1)} tok/s`)
  if (last.firstTokenMs !== null) figures.push(`first token ${formatDuration(last.firstTokenMs)}`)
  if (figures.length === 0) figures.push(`last answer ${formatDuration(last.totalMs)}`)
  return figures
}

const words = { connecting: 'Connecting…', open: 'Connected', lost: 'Core does not answer, trying again…', refused: 'Signed out' } as const

export function StatusBar({ status }: { status: StationStatus | null }) {
  const connection = useConnection()
  const dot = connection === 'open' ? 'bg-ok' : connection === 'connecting' ? 'bg-ink-3' : 'bg-bad'
  return (
    <footer className="flex h-7 shrink-0 items-center gap-5 border-t border-line px-3.5 text-small whitespace-nowrap text-ink-2 tabular print:hidden">
      <span className="flex min-w-0 items-center gap-2">
        <span aria-hidden title={words[connection]} className={`size-1.75 shrink-0 rounded-full ${dot}`} />
        {connection === 'open' && status !== null ? <Serving serving={status.serving} /> : <span>{words[connection]}</span>}
      </span>
      {status?.lastAnswer != null && (
        <>
          <span title="Measured on the last answer">{lastFigures(status.lastAnswer).join(' · ')}</span>
          {status.lastAnswer.contextUse !== null && (
            <span title="How much of the model’s window the last question filled">context {formatShare(status.lastAnswer.contextUse)}</span>
          )}
        </>
      )}
      {status !== null && (
        <span className="ml-auto flex shrink-0 gap-5">
          <span title="Connections that left this machine since the start">
            <b className="font-medium text-ink">{status.packetsOut}</b> packets out ·{' '}
            {status.tiersConfigured === 0 ? 'no tier configured' : `${plural(status.tiersConfigured, 'tier')} configured`}
          </span>
          <span title={`Signed in as ${status.account}`}>
            {status.account} · {describeRoles(status.roles)}
          </span>
        </span>
      )}
    </footer>
  )
}

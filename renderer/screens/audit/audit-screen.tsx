/** The record of everything that was done: how far it is sealed, whether it holds, what leaves this machine, and the backups. */
import { useAct, useCall } from '../../api.tsx'
import { Button } from '../../components/button.tsx'
import { Chip } from '../../components/chip.tsx'
import { Hash } from '../../components/copy-button.tsx'
import { FailureNotice, FailurePanel } from '../../components/failure-notice.tsx'
import { Screen } from '../../components/screen.tsx'
import { Skeleton } from '../../components/skeleton.tsx'
import { TimeAgo } from '../../components/time-ago.tsx'
import { formatBytes, formatCount, plural } from '../../format.ts'
import { Section, Setting } from '../settings/section.tsx'
import { Verification } from './verification.tsx'

const stales = ['audit.status', 'station.status'] as const

function Seal() {
  const status = useCall('audit.status', {})
  const seal = useAct('audit.checkpoint', { stales })
  if (status.isPending) return <Skeleton className="h-40 w-full" />
  if (status.isError) return <FailurePanel failure={status.error.failure} onRetry={() => void status.refetch()} />
  const { events, lastCheckpoint, mark, keyId, journal } = status.data
  const unsealed = events - (lastCheckpoint?.size ?? 0)
  return (
    <Section
      id="seal"
      title="The seal"
      detail="Every event is chained to the one before it. Signed checkpoints seal them, and a signed mark outside the database says how far they have come."
      actions={
        <Button onClick={() => seal.mutate({})} disabled={seal.isPending || unsealed === 0}>
          {seal.isPending ? 'Sealing…' : 'Seal now'}
        </Button>
      }
    >
      {seal.isError && (
        <div className="p-3">
          <FailureNotice failure={seal.error.failure} />
        </div>
      )}
      <Setting
        title="Events on record"
        detail={unsealed === 0 ? 'All of them are sealed.' : `${plural(unsealed, 'event')} since the last checkpoint.`}
      >
        <span className="tabular">{formatCount(events)}</span>
      </Setting>
      <Setting title="Last checkpoint" detail="What stands before it cannot be rewritten without the key.">
        {lastCheckpoint === null ? 'none yet' : <TimeAgo atMs={lastCheckpoint.at} />}
      </Setting>
      <Setting
        title="Root"
        detail="One number for the whole record. Note it down elsewhere: whoever has it can prove that nothing before it was changed."
      >
        {lastCheckpoint === null ? 'none yet' : <Hash value={lastCheckpoint.root.value} label="the root" />}
      </Setting>
      <Setting title="Mark outside the database" detail="A record that is shorter than its mark was cut, or an old copy was put back.">
        {mark === null ? <Chip tone="warn">cannot be read</Chip> : `${formatCount(mark.size)} events`}
      </Setting>
      <Setting title="Signing key" detail="Its public half is what a verifier elsewhere needs.">
        {keyId === null ? 'none' : <Hash value={keyId} label="the key’s id" />}
      </Setting>
      <Setting
        title="System journal"
        detail="Checkpoints and security events go there too: it is what holds against the owner of this account."
      >
        <Chip tone={journal.isReachable ? 'ok' : 'warn'}>
          {journal.isReachable ? `${formatCount(journal.sent)} sent` : 'not reachable'}
        </Chip>
      </Setting>
    </Section>
  )
}

function Carry() {
  const out = useAct('audit.export', { stales })
  return (
    <Section
      id="export"
      title="For an auditor elsewhere"
      detail="One file that a stand-alone verifier proves with nothing but Node and the public key."
      actions={
        <Button onClick={() => out.mutate({})} disabled={out.isPending}>
          {out.isPending ? 'Writing…' : 'Export the record'}
        </Button>
      }
    >
      {out.isError && (
        <div className="p-3">
          <FailureNotice failure={out.error.failure} />
        </div>
      )}
      <Setting
        title={out.data === undefined ? 'No export in this session' : `${plural(out.data.events, 'event')}, ${formatBytes(out.data.bytes)}`}
        detail="Events hold ids and commitments, never the text of a document, a model or a person."
      >
        {out.data !== undefined && <span className="font-mono text-small">{out.data.file}</span>}
      </Setting>
    </Section>
  )
}

function Backups() {
  const backup = useAct('station.backup', { stales })
  return (
    <Section
      id="backup"
      title="Backup"
      detail="One is made each day and before each change of the store’s form; the newest three are kept."
      actions={
        <Button onClick={() => backup.mutate({})} disabled={backup.isPending}>
          {backup.isPending ? 'Copying and checking…' : 'Make one now'}
        </Button>
      }
    >
      {backup.isError && (
        <div className="p-3">
          <FailureNotice failure={backup.error.failure} />
        </div>
      )}
      <Setting
        title={backup.data === undefined ? 'No backup in this session' : `Verified, ${formatBytes(backup.data.bytes)}`}
        detail="A copy counts only after its own pages and its own record were checked."
      >
        {backup.data !== undefined && <span className="font-mono text-small">{backup.data.file}</span>}
      </Setting>
    </Section>
  )
}

export function AuditScreen() {
  return (
    <Screen title="Audit" manual="audit">
      <div className="min-h-0 flex-1 overflow-auto">
        <div className="mx-auto max-w-224 px-7 py-7">
          <Verification />
          <Seal />
          <Carry />
          <Backups />
        </div>
      </div>
    </Screen>
  )
}

/** Programs elsewhere that may use the models here: whether the door is open, where, and who has a key. */
import { KeyRound } from 'lucide-react'
import { useState } from 'react'
import type { ServeKey, ServeStatus } from '../../../main/contract/serve.ts'
import { useAct, useCall } from '../../api.tsx'
import { Button } from '../../components/button.tsx'
import { Chip } from '../../components/chip.tsx'
import { ConfirmDialog } from '../../components/confirm-dialog.tsx'
import { CopyButton } from '../../components/copy-button.tsx'
import { FailureNotice, FailurePanel } from '../../components/failure-notice.tsx'
import { LabelChip } from '../../components/level.tsx'
import { SkeletonRows } from '../../components/skeleton.tsx'
import { TimeAgo } from '../../components/time-ago.tsx'
import { TimeLeft } from '../../components/time-left.tsx'
import { formatCount, formatExact, plural } from '../../format.ts'
import { Section, Setting } from '../settings/section.tsx'
import { AddKeyDialog } from './add-key-dialog.tsx'
import { OpenServeDialog } from './open-serve-dialog.tsx'

function Door({ status }: { status: ServeStatus }) {
  const close = useAct('serve.close', { stales: ['serve.status', 'serve.keys'] })
  const [isOpening, setOpening] = useState(false)
  const { open, trouble } = status
  return (
    <Section
      id="door"
      title="The door"
      detail="Closed unless you open it. Programs speak the OpenAI protocol through it, with a key, and every call is on record."
      actions={
        open === null ? (
          <Button onClick={() => setOpening(true)}>Open it…</Button>
        ) : (
          <Button onClick={() => close.mutate({})} disabled={close.isPending}>
            Close it
          </Button>
        )
      }
    >
      {(trouble !== null || close.isError) && (
        <div className="p-3">
          <FailureNotice failure={close.error?.failure ?? trouble ?? { code: '', message: '', hint: '' }} />
        </div>
      )}
      {open === null ? (
        <Setting title="Nothing listens" detail="No program elsewhere can use a model here.">
          <Chip>closed</Chip>
        </Setting>
      ) : (
        <>
          <Setting
            title={open.isTls ? 'Others can reach it' : 'Programs on this machine can reach it'}
            detail={
              <>
                Opened by {open.openedBy}, <TimeAgo atMs={open.openedAt} />
                {open.isPersistent ? '; it comes back after a restart' : '; it ends with Holdfast'}
                {open.asksClientCertificate ? '; callers must show a certificate' : ''}
              </>
            }
          >
            <Chip tone="warn">open</Chip>
          </Setting>
          <Setting title="Its address" detail="What a program is given as its base.">
            <span className="inline-flex items-center gap-1">
              <span className="font-mono text-small select-all">{open.url}</span>
              <CopyButton text={() => open.url} />
            </span>
          </Setting>
          {open.certificateExpiresAt !== null && (
            <Setting title="Its certificate ends">
              <span title={formatExact(open.certificateExpiresAt)}>
                <TimeLeft atMs={open.certificateExpiresAt} over="it has ended" />
              </span>
            </Setting>
          )}
          <Setting title="Calls under way">
            <span className="tabular">{formatCount(status.callsUnderWay)}</span>
          </Setting>
        </>
      )}
      <OpenServeDialog isOpen={isOpening} onClose={() => setOpening(false)} />
    </Section>
  )
}

function RevokeDialog({ entry, onClose }: { entry: ServeKey | null; onClose: () => void }) {
  const revoke = useAct('serve.revokeKey', { stales: ['serve.keys', 'serve.status'] })
  return (
    <ConfirmDialog
      isOpen={entry !== null}
      title={`End the key of ${entry?.name ?? ''}?`}
      description="The program that has it is refused from now on. It cannot be taken back; make another key for it."
      act="End the key"
      doing={revoke}
      onAct={() => entry !== null && revoke.mutate({ keyId: entry.id }, { onSuccess: onClose })}
      onClose={onClose}
    />
  )
}

function KeyRow({ entry, onRevoke }: { entry: ServeKey; onRevoke: () => void }) {
  const spent = `${formatCount(entry.tokensSpent)}${entry.tokensMax === null ? '' : ` of ${formatCount(entry.tokensMax)}`} tokens`
  const over = entry.revokedAt !== null ? 'ended' : entry.isUsable ? null : 'used up'
  return (
    <li className="flex items-center gap-4 border-b border-line px-4 py-2.5 last:border-0">
      <div className="min-w-0 flex-1">
        <p className="flex items-center gap-2">
          <span className="truncate font-medium">{entry.name}</span>
          {over !== null && <Chip>{over}</Chip>}
        </p>
        <p className="text-small text-ink-2">
          {spent} · {entry.models === null ? 'every model' : plural(entry.models.length, 'model')} ·{' '}
          {entry.lastUsedAt === null ? (
            'never used'
          ) : (
            <>
              used <TimeAgo atMs={entry.lastUsedAt} />
            </>
          )}
          {entry.expiresAt !== null && (
            <>
              {' '}
              · runs out <TimeLeft atMs={entry.expiresAt} />
            </>
          )}
        </p>
      </div>
      <LabelChip label={entry.ceiling} />
      <Button kind="quiet" onClick={onRevoke} disabled={entry.revokedAt !== null}>
        End…
      </Button>
    </li>
  )
}

export function Serve() {
  const status = useCall('serve.status', {})
  const keys = useCall('serve.keys', {})
  const [isAdding, setAdding] = useState(false)
  const [ending, setEnding] = useState<ServeKey | null>(null)
  if (status.isPending || keys.isPending) return <SkeletonRows label="Reading how it stands" rows={3} />
  const failed = status.isError ? status : keys.isError ? keys : null
  if (failed?.error != null)
    return (
      <div className="flex h-full">
        <FailurePanel failure={failed.error.failure} onRetry={() => void failed.refetch()} />
      </div>
    )
  if (status.data === undefined || keys.data === undefined) return null
  return (
    <div className="mx-auto max-w-224 px-7 py-7">
      <Door status={status.data} />
      <Section
        id="keys"
        title="Keys"
        detail="One for each program. It may ask up to its label, and no higher."
        actions={<Button onClick={() => setAdding(true)}>Make a key…</Button>}
      >
        {keys.data.items.length === 0 ? (
          <div className="flex items-center gap-3 px-4 py-4 text-ink-2">
            <KeyRound aria-hidden className="size-4 shrink-0" strokeWidth={1.6} />
            No program has a key yet.
          </div>
        ) : (
          <ul>
            {keys.data.items.map((entry) => (
              <KeyRow key={entry.id} entry={entry} onRevoke={() => setEnding(entry)} />
            ))}
          </ul>
        )}
      </Section>
      <AddKeyDialog isOpen={isAdding} onClose={() => setAdding(false)} />
      <RevokeDialog entry={ending} onClose={() => setEnding(null)} />
    </div>
  )
}

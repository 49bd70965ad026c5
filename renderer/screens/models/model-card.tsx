/** One admitted model: what it is, whether it is still what was admitted, and whether it serves. */
import type { Model } from '../../../main/contract/models.ts'
import { formatDigest } from '../../../main/domain/digest.ts'
import { useAct } from '../../api.tsx'
import { Button } from '../../components/button.tsx'
import { Chip, type Tone } from '../../components/chip.tsx'
import { Hash } from '../../components/copy-button.tsx'
import { FailureNotice } from '../../components/failure-notice.tsx'
import { TimeAgo } from '../../components/time-ago.tsx'
import { formatBytes, formatCount, formatParameters } from '../../format.ts'

const roleWords = { chat: 'Answers', embed: 'Search by meaning' } as const
const stateTones: Readonly<Record<Model['state'], Tone>> = { verified: 'ok', changed: 'bad', missing: 'bad' }
const stateWords = { verified: 'verified', changed: 'changed since it was admitted', missing: 'file missing' } as const
const stateHints = {
  changed: 'The file is no longer what was admitted, so it is not loaded. Import it again from a source you trust.',
  missing: 'The file is gone from the data folder. Import it again.',
} as const

function Figure({ name, children }: { name: string; children: React.ReactNode }) {
  return (
    <div className="min-w-0">
      <dt className="text-small text-ink-2">{name}</dt>
      <dd className="truncate tabular">{children}</dd>
    </div>
  )
}

export function ModelCard({ model }: { model: Model }) {
  const activate = useAct('models.activate', { stales: ['models.list', 'station.status'] })
  return (
    <li className="rounded-lg border border-line bg-surface px-4.5 py-4">
      <div className="flex items-start gap-3">
        <div className="min-w-0">
          <h3 className="font-semibold [overflow-wrap:anywhere]">{model.name}</h3>
          <p className="truncate font-mono text-small text-ink-2">{model.file}</p>
        </div>
        <div className="ml-auto flex shrink-0 items-center gap-1.5">
          <Chip>{roleWords[model.role]}</Chip>
          <Chip tone={stateTones[model.state]}>{stateWords[model.state]}</Chip>
          {model.isActive && model.state === 'verified' ? (
            <Chip tone="accent">in use</Chip>
          ) : (
            <Button
              onClick={() => activate.mutate({ modelId: model.id })}
              disabled={model.state !== 'verified' || activate.isPending}
              aria-label={`Use this: ${model.name}`}
            >
              Use this
            </Button>
          )}
        </div>
      </div>
      {model.state !== 'verified' && <p className="mt-2 text-small text-bad">{stateHints[model.state]}</p>}
      {activate.isError && (
        <div className="mt-3">
          <FailureNotice failure={activate.error.failure} />
        </div>
      )}
      <dl className="mt-3.5 grid grid-cols-[repeat(auto-fit,minmax(7.5rem,1fr))] gap-x-4 gap-y-2.5 border-t border-line pt-3">
        <Figure name="Architecture">{model.architecture}</Figure>
        <Figure name="Parameters">{model.parameters === null ? 'not stated' : formatParameters(model.parameters)}</Figure>
        <Figure name="Quantisation">{model.quantisation}</Figure>
        <Figure name="Size">{formatBytes(model.bytes)}</Figure>
        <Figure name="Window">{formatCount(model.contextTokens)} tokens</Figure>
        <Figure name="Licence">{model.licence ?? 'not stated'}</Figure>
        <Figure name="SHA-256">
          <Hash value={formatDigest(model.digest)} label="the digest" />
        </Figure>
        <Figure name="Verified">
          <TimeAgo atMs={model.verifiedAt} />
        </Figure>
        <Figure name={`Admitted by ${model.admittedBy}`}>
          <TimeAgo atMs={model.admittedAt} />
        </Figure>
      </dl>
    </li>
  )
}

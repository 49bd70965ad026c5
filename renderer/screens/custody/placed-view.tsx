/** What air-gap bundles put in place here: the policy and the agents of the one that serves, and documents with what became of each dataset. */
import { Link } from '@tanstack/react-router'
import { type ReactNode, useState } from 'react'
import type { BundleDataset, BundlePack, BundlePolicy } from '../../../main/contract/bundle-placed.ts'
import { useCall } from '../../api.tsx'
import { Button } from '../../components/button.tsx'
import { Chip, type Tone } from '../../components/chip.tsx'
import { CopyButton } from '../../components/copy-button.tsx'
import { ProgressBar } from '../../components/progress-bar.tsx'
import { SourceText } from '../../documents/source-text.tsx'
import { plural } from '../../format.ts'
import { Section } from '../settings/section.tsx'

/** Events tell when documents came in; this is for what no event tells. */
const limits = { importingMs: 1_000, restingMs: 10_000 } as const

const stateChips: Readonly<Record<BundleDataset['state'], { readonly tone: Tone; readonly words: string }>> = {
  importing: { tone: 'info', words: 'coming in' },
  whole: { tone: 'ok', words: 'all looked at' },
  unfinished: { tone: 'warn', words: 'not finished' },
  absent: { tone: 'warn', words: 'not here' },
  not_shown: { tone: 'plain', words: 'not shown to you' },
}

function Command({ command }: { command: string }) {
  return (
    <p className="mt-1 flex items-center gap-2 text-small">
      <span className="shrink-0 text-ink-2">An administrator types</span>
      <code className="min-w-0 font-mono [overflow-wrap:anywhere]">{command}</code>
      <CopyButton text={() => command} title="Copy the command" />
    </p>
  )
}

function PolicyRow({ policy }: { policy: BundlePolicy }) {
  const { title, version, isInForce, because, command } = policy
  return (
    <li className="border-b border-line px-4 py-3 last:border-0">
      <div className="flex flex-wrap items-center gap-2">
        <span className="font-semibold">{title}</span>
        {version !== null && <span className="text-small text-ink-2">version {version}</span>}
        <Chip tone={isInForce ? 'ok' : 'warn'}>{isInForce ? 'in force' : 'not in force'}</Chip>
      </div>
      {because !== null && (
        <p className="text-small">
          Because: {because.message} <span className="text-ink-2">{command === null ? because.hint : ''}</span>
        </p>
      )}
      {command !== null && <Command command={command} />}
    </li>
  )
}

function PackRow({ pack }: { pack: BundlePack }) {
  const { title, agents, isInstalled, because } = pack
  return (
    <li className="border-b border-line px-4 py-3 last:border-0">
      <div className="flex flex-wrap items-center gap-2">
        <span className="font-semibold">{title}</span>
        <Chip tone={isInstalled ? 'ok' : 'warn'}>{isInstalled ? 'installed' : 'not installed'}</Chip>
      </div>
      {agents.length > 0 && <p className="text-small text-ink-2">Agents: {agents.join(', ')}</p>}
      {because !== null && (
        <p className="text-small">
          Because: {because.message} <span className="text-ink-2">{because.hint}</span>
        </p>
      )}
    </li>
  )
}

/** Names of documents, and how many more there are. */
function Names({ title, total, children }: { title: string; total: number; children: readonly ReactNode[] }) {
  const [isOpen, setOpen] = useState(false)
  return (
    <div className="mt-1 text-small">
      <Button kind="quiet" aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
        {title}
      </Button>
      {isOpen && (
        <ul className="mt-1 space-y-0.5 pl-2.5">
          {children}
          {total > children.length && <li className="text-ink-2">and {total - children.length} more</li>}
        </ul>
      )}
    </div>
  )
}

function DatasetRow({ dataset }: { dataset: BundleDataset }) {
  const { title, version, channel, seq, state, collection, documents, files, refused, refusedTotal, left, leftTotal, command } = dataset
  return (
    <li className="border-b border-line px-4 py-3 last:border-0">
      <div className="flex flex-wrap items-center gap-2">
        <span className="font-semibold">{title}</span>
        <span className="text-small text-ink-2">
          version {version}, with {channel} {seq}
        </span>
        <Chip tone={stateChips[state].tone}>{stateChips[state].words}</Chip>
      </div>
      {collection !== null && (
        <p className="text-small text-ink-2">
          {documents} of {plural(files, 'document')} in the collection <SourceText text={collection} />
        </p>
      )}
      {state === 'importing' && (
        <div className="mt-1.5">
          <ProgressBar share={files === 0 ? null : documents / files} label={`Documents of ${title}`} />
        </div>
      )}
      {command !== null && <Command command={command} />}
      {refusedTotal > 0 && (
        <Names title={`${refusedTotal} refused`} total={refusedTotal}>
          {refused.map(({ file, reason, hint }) => (
            <li key={file} title={hint}>
              <SourceText text={file} /> <span className="text-ink-2">{reason}</span>
            </li>
          ))}
        </Names>
      )}
      {leftTotal > 0 && (
        <Names title={`${leftTotal} not in the newest version`} total={leftTotal}>
          {left.map(({ documentId, file }) => (
            <li key={documentId}>
              <Link to="/documents/$documentId" params={{ documentId }} className="underline">
                <SourceText text={file} />
              </Link>{' '}
              <span className="text-ink-2">stays until a person removes it</span>
            </li>
          ))}
        </Names>
      )}
    </li>
  )
}

export function PlacedView() {
  const placed = useCall(
    'bundles.placed',
    {},
    { everyMs: (data) => (data?.datasets.some(({ state }) => state === 'importing') === true ? limits.importingMs : limits.restingMs) },
  )
  if (placed.data === undefined) return null
  const { policy, datasets, packs } = placed.data
  if (policy === null && datasets.length === 0 && packs.length === 0) return null
  return (
    <Section id="placed" title="Put in place" detail="What air-gap bundles brought besides models and programs.">
      <ul>
        {policy !== null && <PolicyRow policy={policy} />}
        {datasets.map((dataset) => (
          <DatasetRow key={`${dataset.item} ${dataset.state}`} dataset={dataset} />
        ))}
        {packs.map((pack) => (
          <PackRow key={pack.item} pack={pack} />
        ))}
      </ul>
    </Section>
  )
}

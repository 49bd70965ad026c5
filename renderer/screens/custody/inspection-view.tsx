/** What an air-gap bundle says of itself, and what of that is proven: who signed it, when it was made, and who says to have had it. */
import type { ReactNode } from 'react'
import type { BundleInspection } from '../../../main/contract/bundles.ts'
import { Chip } from '../../components/chip.tsx'
import { Hash } from '../../components/copy-button.tsx'
import { Fact, Facts } from '../../components/facts.tsx'
import { LabelChip } from '../../components/level.tsx'
import { SourceText } from '../../documents/source-text.tsx'
import { formatExact, plural } from '../../format.ts'
import { DevelopmentMark } from './development-mark.tsx'
import { Signers } from './signers.tsx'

export function Warning({ title, children }: { title: string; children: ReactNode }) {
  return (
    <div className="rounded-md border border-warn/45 bg-warn-soft px-3.5 py-2.5">
      <p className="font-medium">{title}</p>
      <div className="text-small text-ink-2">{children}</div>
    </div>
  )
}

function Custody({ lines }: { lines: BundleInspection['custody'] }) {
  return (
    <details className="border-t border-line px-4 py-3">
      <summary className="w-fit rounded-sm font-medium">
        Who says to have had it <span className="font-normal text-ink-2">({plural(lines.length, 'line')})</span>
      </summary>
      <p className="mt-1 text-small text-ink-2">
        Written on the other side, and not signed: another’s word. The lines are unbroken and about these very contents; nothing is decided
        by them.
      </p>
      {lines.length === 0 ? (
        <p className="mt-2 text-small text-ink-2">Nobody wrote anything down.</p>
      ) : (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keyboard
        <ol className="mt-2 max-h-52 overflow-auto border-l-[3px] border-line-strong" tabIndex={0} aria-label="Lines of custody">
          {lines.map(({ file, time, action, actor, machine, media }, at) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: a line has no other identity than its place
            <li key={`${file} ${at}`} className="flex flex-wrap gap-x-3 px-3.5 py-1 text-small">
              <time dateTime={time} title={formatExact(Date.parse(time))} className="w-34 shrink-0 text-ink-2 tabular">
                {time.replace('T', ' ').replace(/:\d\d(\.\d+)?Z$/, ' UTC')}
              </time>
              <span className="w-20 shrink-0">{action.replaceAll('_', ' ')}</span>
              <span className="min-w-0 flex-1 [overflow-wrap:anywhere]">
                <SourceText text={`${actor} on ${machine}${media === null ? '' : `, medium ${media}`}`} />
              </span>
            </li>
          ))}
        </ol>
      )}
    </details>
  )
}

/** Where what was found stands, for whoever leads there. */
export const foundPlace = 'found'

export function InspectionView({ found, children }: { found: BundleInspection; children: ReactNode }) {
  const { version, label, channel, seq, purpose, rootVersion, role, volume, isStale, isTaken, unknownSigners, siteSigners, ignored } = found
  return (
    <div id={foundPlace} className="scroll-mt-4 border-t border-line">
      <div className="px-4 py-3.5">
        <div className="mb-2.5 flex flex-wrap items-center gap-2">
          <h3 className="text-read font-semibold">
            Version {version} <span className="font-normal text-ink-2">{`${channel} ${seq}`}</span>
          </h3>
          <LabelChip label={label} />
          <DevelopmentMark purpose={purpose} />
          {volume !== null && <Chip tone="info">{`volume ${volume.index} of ${volume.of}`}</Chip>}
          {role === 'models' && <Chip>models only</Chip>}
          {isTaken && <Chip>taken in before</Chip>}
          {isStale && <Chip tone="warn">old</Chip>}
        </div>
        <div className="grid grid-cols-2 items-start gap-x-8 gap-y-1.5 max-wide:grid-cols-1">
          <Facts>
            <Fact name="Signed by">
              <Signers signers={found.signers} none="nobody" />
            </Fact>
            <Fact name="Site">
              <Signers signers={siteSigners} none="no site has signed for a scan" />
            </Fact>
          </Facts>
          <Facts>
            <Fact name="Root">
              {rootVersion}, {purpose}
            </Fact>
            <Fact name="Made">
              <time dateTime={found.createdAt}>{formatExact(Date.parse(found.createdAt))}</time>
            </Fact>
            <Fact name="Called">
              <Hash value={found.digest} label="the digest of its list" />
            </Fact>
          </Facts>
        </div>
        <div className="mt-3 space-y-2 empty:hidden">
          {isStale && (
            <Warning title="It is older than whoever made it meant it to be loaded.">
              A newer one may exist, with repairs that this one lacks. It can be loaded; ask whoever sent it first.
            </Warning>
          )}
          {unknownSigners.length > 0 && (
            <Warning title={`${plural(unknownSigners.length, 'signature')} by keys that the root does not know.`}>
              They count for nothing: <span className="font-mono">{unknownSigners.join(', ')}</span>
            </Warning>
          )}
        </div>
        {ignored.length > 0 && (
          <p className="mt-2 text-small text-ink-2">
            Left on the medium by an operating system, and passed over: {ignored.slice(0, 8).join(', ')}
            {ignored.length > 8 && ` and ${ignored.length - 8} more`}.
          </p>
        )}
      </div>
      {children}
      <Custody lines={found.custody} />
    </div>
  )
}

/** How a release came in: who took it, when, from which medium, who signed it, what scanners said, and who answered for the rest. */
import type { BundleRelease, BundleStatus } from '../../../main/contract/bundles.ts'
import { Hash } from '../../components/copy-button.tsx'
import { Fact, Facts } from '../../components/facts.tsx'
import { SourceText } from '../../documents/source-text.tsx'
import { formatExact, plural } from '../../format.ts'
import { outcomeWords } from './custody-words.ts'
import { DevelopmentMark } from './development-mark.tsx'
import { Signers } from './signers.tsx'

type Receipt = NonNullable<BundleRelease['receipt']>

const outcomes = ['clean', 'not_scanned', 'absent', 'infected'] as const

function Scans({ scans }: { scans: Receipt['scans'] }) {
  if (scans.length === 0) return <>nothing new came in, so nothing was scanned</>
  const told = outcomes.flatMap((outcome) => {
    const of = scans.filter((scan) => scan.outcome === outcome)
    const details = [...new Set(of.map(({ detail }) => detail))]
    return of.length === 0 ? [] : [{ outcome, count: of.length, detail: details.length === 1 ? (details[0] ?? '') : '' }]
  })
  return (
    <ul>
      {told.map(({ outcome, count, detail }) => (
        <li key={outcome}>
          <span className={outcome === 'clean' ? 'text-ok' : outcome === 'infected' ? 'text-bad' : 'text-warn'}>
            {plural(count, 'file')} {outcomeWords[outcome]}
          </span>
          {detail !== '' && <span className="text-ink-2"> ({detail.replace(/\.$/, '')})</span>}
        </li>
      ))}
    </ul>
  )
}

export function ReceiptView({ release, trust }: { release: BundleRelease; trust: BundleStatus['trust'] }) {
  const { receipt, createdAt, digest } = release
  return (
    <div className="grid grid-cols-2 items-start gap-x-8 gap-y-1.5 px-4 py-3.5 max-wide:grid-cols-1">
      <Facts>
        <Fact name="Made">
          <time dateTime={createdAt}>{formatExact(Date.parse(createdAt))}</time>
        </Fact>
        <Fact name="Called">
          <Hash value={digest} label="the digest of its list" />
        </Fact>
        {receipt !== null && (
          <Fact name="Signed by">
            {trust !== null && <DevelopmentMark purpose={trust.purpose} />}
            <Signers signers={receipt.signers} none="nobody" />
          </Fact>
        )}
      </Facts>
      {receipt === null ? (
        <p className="text-small text-warn">The receipt of its load cannot be read.</p>
      ) : (
        <Facts>
          <Fact name="Taken in">
            <time dateTime={receipt.at}>{formatExact(Date.parse(receipt.at))}</time>, by {receipt.by}
          </Fact>
          <Fact name="Medium">{receipt.medium === null ? 'not known' : <SourceText text={receipt.medium} />}</Fact>
          <Fact name="Scans">
            <Scans scans={receipt.scans} />
          </Fact>
          {receipt.acceptedUnscanned !== null && (
            <Fact name="Answered">
              by {receipt.by}: “<SourceText text={receipt.acceptedUnscanned} />”
            </Fact>
          )}
        </Facts>
      )}
    </div>
  )
}

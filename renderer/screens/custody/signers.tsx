/** Who signed, with the id of each key: a name is only what the root says of it. */
import type { BundleRelease } from '../../../main/contract/bundles.ts'

type Signer = NonNullable<BundleRelease['receipt']>['signers'][number]

export function Signers({ signers, none }: { signers: readonly Signer[]; none: string }) {
  if (signers.length === 0) return <span className="text-ink-2">{none}</span>
  return (
    <ul>
      {signers.map(({ keyId, name }) => (
        <li key={keyId} className="[overflow-wrap:anywhere]">
          {name ?? <span className="text-ink-2">a key without a name</span>}{' '}
          <span className="font-mono text-small whitespace-nowrap text-ink-2">{keyId}</span>
        </li>
      ))}
    </ul>
  )
}

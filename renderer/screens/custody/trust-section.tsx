/** Whose air-gap bundles this station takes: the root, its fingerprint, and who may sign what. */
import type { BundleStatus } from '../../../main/contract/bundles.ts'
import { Chip } from '../../components/chip.tsx'
import { CopyButton } from '../../components/copy-button.tsx'
import { formatExact, plural } from '../../format.ts'
import { Section, Setting } from '../settings/section.tsx'
import { roleTitles } from './custody-words.ts'
import { DevelopmentMark } from './development-mark.tsx'
import { inGroups } from './fingerprint.ts'
import { Signers } from './signers.tsx'

export function TrustSection({ trust }: { trust: NonNullable<BundleStatus['trust']> }) {
  const { rootVersion, fingerprint, purpose, epoch, timeFloor, roles } = trust
  return (
    <Section
      id="trust"
      title="Whose air-gap bundles this station takes"
      detail="Newer roots are followed when this one’s keys have signed them."
    >
      <Setting
        title={
          <span className="flex flex-wrap items-center gap-2">
            Root {rootVersion} <DevelopmentMark purpose={purpose} />
          </span>
        }
        detail={
          purpose === 'development'
            ? 'For trying things out: its keys prove nothing about who made what they sign. Do not use it for real work.'
            : `Epoch ${epoch} of its keys.`
        }
      >
        {purpose === 'production' && <Chip>production</Chip>}
      </Setting>
      <Setting title="Fingerprint" detail="Of the root, as the transfer sheet has it.">
        <span className="inline-flex items-center gap-2">
          <span className="inline-grid grid-cols-8 gap-x-2 text-left font-mono text-small max-wide:grid-cols-4 max-wide:gap-x-2.5">
            {inGroups(fingerprint).map((group, at) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: groups of one number have no other identity
              <span key={at}>{group}</span>
            ))}
          </span>
          <CopyButton text={() => fingerprint} />
        </span>
      </Setting>
      {roles.map(({ role, threshold, keys }) => (
        <Setting
          key={role}
          title={roleTitles[role].title}
          detail={`${roleTitles[role].detail} ${threshold} of ${plural(keys.length, 'key')}.`}
        >
          <Signers signers={keys} none="nobody" />
        </Setting>
      ))}
      <Setting
        title="Earliest that it can be"
        detail="The newest date that was vouched for here. A clock that stands well before it is wrong, and nothing is loaded by it."
      >
        <time dateTime={timeFloor}>{formatExact(Date.parse(timeFloor))}</time>
      </Setting>
    </Section>
  )
}

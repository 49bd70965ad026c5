/** The policy in force, read-only: who signed it, how it stands, and what it says. It is changed by loading a signed one. */
import type { PolicyStatus } from '../../../main/contract/policy.ts'
import { roleWords } from '../../../main/domain/role.ts'
import { useCall } from '../../api.tsx'
import { Chip, type Tone } from '../../components/chip.tsx'
import { Hash } from '../../components/copy-button.tsx'
import { FailurePanel } from '../../components/failure-notice.tsx'
import { LabelChip } from '../../components/level.tsx'
import { SkeletonRows } from '../../components/skeleton.tsx'
import { TimeAgo } from '../../components/time-ago.tsx'
import { formatCount, formatShare } from '../../format.ts'
import { tierTitles } from '../../route-words.ts'
import { actTitles } from '../acts/act-words.ts'
import { Section, Setting } from '../settings/section.tsx'

const tones: Readonly<Record<PolicyStatus['state'], Tone>> = { built_in: 'plain', in_force: 'ok', tightened: 'bad' }
const words = { built_in: 'built in', in_force: 'in force', tightened: 'broken' } as const
const roleNames = ['analyst', 'reviewer', 'operator', 'administrator', 'security_officer', 'auditor'] as const
const orNone = (items: readonly string[]): string => (items.length === 0 ? 'none' : items.join(', '))

function Standing({ policy }: { policy: PolicyStatus }) {
  const { state, version, issuer, issuedAt, faults, signers, hasTrustRoot, file, history } = policy
  const last = history[0]
  return (
    <Section
      id="standing"
      title="How it stands"
      detail={
        state === 'built_in'
          ? 'Nobody has signed one: this account is everybody, and only unclassified material may leave, when it was seen.'
          : 'Load another with holdfast policy load: only a signed one of a higher version takes its place.'
      }
    >
      <Setting
        title={state === 'built_in' ? 'The policy that is built in' : `Version ${version}, by ${issuer ?? 'nobody'}`}
        detail={issuedAt}
      >
        <Chip tone={tones[state]}>{words[state]}</Chip>
      </Setting>
      {faults.map(({ fault, sentence }) => (
        <Setting key={fault} title={<span className="text-bad">{sentence}</span>}>
          <span className="font-mono text-small">{fault}</span>
        </Setting>
      ))}
      {last !== undefined && (
        <Setting
          title="Loaded"
          detail={
            <>
              by {last.loadedBy}, <TimeAgo atMs={last.loadedAt} />
            </>
          }
        >
          <Hash value={last.digest} label="the hash of the policy" />
        </Setting>
      )}
      {signers.length > 0 && (
        <Setting title="Who may sign the next" detail={hasTrustRoot ? 'Keys that this machine was given come first.' : undefined}>
          <span className="font-mono text-small">{signers.join(', ')}</span>
        </Setting>
      )}
      {state !== 'built_in' && (
        <Setting title="File">
          <span className="font-mono text-small">{file}</span>
        </Setting>
      )}
    </Section>
  )
}

function People({ rules }: { rules: PolicyStatus['rules'] }) {
  return (
    <Section id="people" title="Who may do what" detail="An account without a role may do nothing here.">
      {roleNames.map((role) => {
        const held = rules.roles[role]
        return (
          <Setting
            key={role}
            title={<span className="inline-block first-letter:uppercase">{roleWords[role]}</span>}
            detail={orNone(held?.accounts ?? [])}
          >
            {held !== undefined && <LabelChip label={held.clearance} />}
          </Setting>
        )
      })}
      <Setting title="Kept apart">{orNone(rules.separated.map(([a, b]) => `${roleWords[a]} and ${roleWords[b]}`))}</Setting>
      <Setting title="Wants two persons">{orNone(rules.dualControl.map((act) => actTitles[act].toLowerCase()))}</Setting>
    </Section>
  )
}

function Limits({ rules }: { rules: PolicyStatus['rules'] }) {
  const { budgets, retention, routing, egress, sanitise, levels, compartments } = rules
  const limit = (value: number | null) => (value === null ? 'no limit' : formatCount(value))
  return (
    <Section id="rules" title="What leaves, and what is kept">
      {(['datacenter', 'frontier'] as const).map((tier) => {
        const rule = rules.tiers[tier]
        return (
          <Setting
            key={tier}
            title={tierTitles[tier]}
            detail={
              rule.isAllowed
                ? rule.crossing === 'ask'
                  ? 'A person sees every crossing first.'
                  : 'A sure proposal may go by itself.'
                : 'Forbidden.'
            }
          >
            {rule.isAllowed && rule.clearance !== null && <LabelChip label={rule.clearance} />}
          </Setting>
        )
      })}
      <Setting title="Goes by itself above, is suggested above">
        {formatShare(routing.automaticAbove)}, {formatShare(routing.suggestAbove)}
      </Setting>
      <Setting title="Addresses that may be asked">
        {egress === null ? 'wherever an administrator says' : orNone(egress.map(({ host, port }) => `${host}:${port}`))}
      </Setting>
      <Setting title="Taken out before it leaves">{orNone(sanitise.map(({ name }) => name))}</Setting>
      <Setting title="Levels and compartments in use">
        {orNone([...levels.map((level) => level.replace('_', ' ')), ...compartments])}
      </Setting>
      <Setting title="All runs together" detail="Tokens, cost, runs at once">
        {limit(budgets.tokensMax)}, {budgets.costMicrosMax === null ? 'no limit' : formatCount(budgets.costMicrosMax / 1e6)},{' '}
        {limit(budgets.concurrentRunsMax)}
      </Setting>
      <Setting title="The log of the machine is kept">{retention.telemetryDays} days; the audit log for ever</Setting>
    </Section>
  )
}

export function Policy() {
  const policy = useCall('policy.get', {})
  if (policy.isPending) return <SkeletonRows label="Reading the policy" rows={4} />
  if (policy.isError)
    return (
      <div className="flex h-full">
        <FailurePanel failure={policy.error.failure} onRetry={() => void policy.refetch()} />
      </div>
    )
  return (
    <div className="mx-auto max-w-224 px-7 py-7">
      <Standing policy={policy.data} />
      <People rules={policy.data.rules} />
      <Limits rules={policy.data.rules} />
    </div>
  )
}

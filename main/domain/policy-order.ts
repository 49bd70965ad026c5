/**
 * Whether one policy permits no more than another, part by part, and what is different between two. Pure. What cannot be compared
 * counts as wider.
 */
import { canonicalJson } from './canonical-json.ts'
import { covers, type Label } from './label.ts'
import { outsideTiers, type PolicyInForce, type TierRule } from './policy.ts'
import { roles } from './role.ts'

export interface PolicyChange {
  /** Such as `tiers.frontier.clearance`. */
  readonly where: string
  /** Canonical JSON. */
  readonly before: string
  readonly after: string
  /** `wider` permits something that was not permitted. */
  readonly direction: 'narrower' | 'wider'
}

const within = (part: readonly unknown[], whole: readonly unknown[]): boolean => {
  const known = new Set(whole.map(canonicalJson))
  return part.every((item) => known.has(canonicalJson(item)))
}
/** Null = no limit. */
const atMost = (a: number | null, b: number | null): boolean => b === null || (a !== null && a <= b)
const labelAtMost = (a: Label | null, b: Label | null): boolean => a === null || (b !== null && covers(b, a))

interface Part {
  readonly where: string
  readonly of: (policy: PolicyInForce) => unknown
  /** Whether what `a` says here permits no more than what `b` says. */
  readonly isWithin: (a: PolicyInForce, b: PolicyInForce) => boolean
}

const tierParts = outsideTiers.flatMap((tier): readonly Part[] => {
  const part = (name: keyof TierRule, isWithin: (a: TierRule, b: TierRule) => boolean): Part => ({
    where: `tiers.${tier}.${name}`,
    of: (policy) => policy.tiers[tier][name],
    // A tier that is forbidden permits nothing, whatever else is said of it.
    isWithin: (a, b) => !a.tiers[tier].isAllowed || isWithin(a.tiers[tier], b.tiers[tier]),
  })
  return [
    part('isAllowed', (a, b) => b.isAllowed || !a.isAllowed),
    part('clearance', (a, b) => labelAtMost(a.clearance, b.clearance)),
    part('crossing', (a, b) => a.crossing === 'ask' || b.crossing === 'automatic'),
  ]
})

const roleParts = roles.map(
  (role): Part => ({
    where: `roles.${role}`,
    of: (policy) => policy.roles[role] ?? null,
    isWithin: ({ roles: { [role]: a } }, { roles: { [role]: b } }) =>
      a === undefined ||
      a.accounts.length === 0 ||
      (b !== undefined && within(a.accounts, b.accounts) && labelAtMost(a.clearance, b.clearance)),
  }),
)

const budgetParts = (['tokensMax', 'costMicrosMax', 'concurrentRunsMax'] as const).map(
  (name): Part => ({
    where: `budgets.${name}`,
    of: ({ budgets }) => budgets[name],
    isWithin: (a, b) => atMost(a.budgets[name], b.budgets[name]),
  }),
)

/** Nothing leaves: then it does not matter what would be taken out of it, or when a person would be asked. */
const isShut = ({ tiers, egress }: PolicyInForce): boolean =>
  egress?.length === 0 || outsideTiers.every((tier) => !tiers[tier].isAllowed || tiers[tier].clearance === null)

const parts: readonly Part[] = [
  { where: 'levels', of: ({ levels }) => levels, isWithin: (a, b) => within(a.levels, b.levels) },
  { where: 'compartments', of: ({ compartments }) => compartments, isWithin: (a, b) => within(a.compartments, b.compartments) },
  ...roleParts,
  {
    where: 'separated',
    of: ({ separated }) => separated,
    isWithin: (a, b) => roles.every((role) => a.roles[role] === undefined) || within(b.separated, a.separated),
  },
  { where: 'dualControl', of: ({ dualControl }) => dualControl, isWithin: (a, b) => within(b.dualControl, a.dualControl) },
  ...tierParts,
  {
    where: 'routing.automaticAbove',
    of: ({ routing }) => routing.automaticAbove,
    isWithin: (a, b) => isShut(a) || a.routing.automaticAbove >= b.routing.automaticAbove,
  },
  {
    where: 'routing.suggestAbove',
    of: ({ routing }) => routing.suggestAbove,
    isWithin: (a, b) => isShut(a) || a.routing.suggestAbove >= b.routing.suggestAbove,
  },
  { where: 'sanitise', of: ({ sanitise }) => sanitise, isWithin: (a, b) => isShut(a) || within(b.sanitise, a.sanitise) },
  { where: 'approvals', of: ({ approvals }) => approvals, isWithin: (a, b) => within(b.approvals, a.approvals) },
  ...budgetParts,
  {
    where: 'retention.telemetryDays',
    of: ({ retention }) => retention.telemetryDays,
    isWithin: (a, b) => a.retention.telemetryDays <= b.retention.telemetryDays,
  },
  // What is measured permits nothing.
  { where: 'objectives', of: ({ objectives }) => objectives ?? null, isWithin: () => true },
  {
    where: 'egress',
    of: ({ egress }) => egress,
    isWithin: (a, b) => b.egress === null || (a.egress !== null && within(a.egress, b.egress)),
  },
]

/** Whether `a` permits nothing that `b` does not. */
export const permitsNoMore = (a: PolicyInForce, b: PolicyInForce): boolean => parts.every(({ isWithin }) => isWithin(a, b))

/** What is different, in the order in which a policy is written. */
export const policyChanges = (before: PolicyInForce, after: PolicyInForce): readonly PolicyChange[] =>
  parts.flatMap(({ where, of, isWithin }): readonly PolicyChange[] => {
    const [was, is] = [canonicalJson(of(before)), canonicalJson(of(after))]
    return was === is ? [] : [{ where, before: was, after: is, direction: isWithin(after, before) ? 'narrower' : 'wider' }]
  })

/**
 * What a site decides, in one signed document: levels in use, who holds which role, what each tier may be given, limits, retention,
 * egress. Pure. It can only narrow what the product allows; nothing in it lifts a fixed guardrail.
 */
import * as z from 'zod'
import { covers, Label, Level, levels, meet, unclassified } from './label.ts'
import { Objectives } from './objective.ts'
import { Role, roles } from './role.ts'
import type { Tier } from './tier.ts'
import { Risk, risks } from './tool.ts'

export const policyLimits = {
  bytesMax: 1024 * 1024,
  accountsMax: 1_000,
  hostsMax: 100,
  rulesMax: 200,
  patternCharsMax: 500,
  signersMax: 8,
} as const

const count = z.int().min(0)
const Token = z.string().regex(/^[A-Z0-9][A-Z0-9 -]{0,31}$/)
const Account = z.string().min(1).max(256)

/** Outside tiers: what leaves this machine goes to one of them. */
export const outsideTiers = ['datacenter', 'frontier'] as const
export const OutsideTier = z.enum(outsideTiers)
export type OutsideTier = z.infer<typeof OutsideTier>
export const isOutside = (tier: Tier): tier is OutsideTier => tier === 'datacenter' || tier === 'frontier'

/** Acts that the policy may give to two persons: one asks, another confirms. */
export const dualActs = [
  ...(['label.lower', 'document.purge', 'policy.load', 'tier.add', 'serve.open', 'release'] as const),
  ...(['bundle.activate', 'bundle.rollback'] as const),
] as const
export const DualAct = z.enum(dualActs)
export type DualAct = z.infer<typeof DualAct>

export const TierRule = z.strictObject({
  /** False forbids the tier, whatever is configured. */
  isAllowed: z.boolean(),
  /** The highest label that may be given to it; null = nothing. */
  clearance: Label.nullable(),
  /** `ask` shows a person every crossing first; `automatic` lets a confident proposal go without. */
  crossing: z.enum(['ask', 'automatic']),
})
export type TierRule = z.infer<typeof TierRule>

/** What is taken out of a request before it leaves. `portions` drops passages above the label; `pattern` replaces what it matches. */
export const SanitiseRule = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('portions'), name: z.string().min(1).max(64), above: Label }),
  z.strictObject({
    kind: z.literal('pattern'),
    name: z.string().min(1).max(64),
    pattern: z.string().min(1).max(policyLimits.patternCharsMax),
    replacement: z.string().max(64),
  }),
])
export type SanitiseRule = z.infer<typeof SanitiseRule>

export const Policy = z.strictObject({
  format: z.literal('holdfast-policy/1'),
  /** Only a higher one takes the place of the one in force. */
  version: z.int().min(1),
  issuedAt: z.iso.datetime(),
  issuer: z.string().min(1).max(200),
  /** Who may sign the next one; any one of them. Public keys in minisign's form. */
  signers: z
    .array(z.strictObject({ keyId: z.string().regex(/^[0-9A-F]{16}$/), publicKey: z.string().max(200) }))
    .min(1)
    .max(policyLimits.signersMax),
  levels: z.array(Level).min(1),
  compartments: z.array(Token).max(policyLimits.rulesMax),
  /** Accounts by role, and the highest label each role may see. A role that is not named is held by nobody. */
  roles: z.partialRecord(Role, z.strictObject({ accounts: z.array(Account).max(policyLimits.accountsMax), clearance: Label })),
  /** Pairs of roles that one account may not hold. */
  separated: z.array(z.tuple([Role, Role])).max(30),
  dualControl: z.array(DualAct),
  tiers: z.strictObject({ datacenter: TierRule, frontier: TierRule }),
  routing: z.strictObject({
    /** A proposal at or below is put to a person; above it may go by itself where the tier's rule allows. Never under 0.9 and 0.7. */
    automaticAbove: z.number().min(0.9).max(1),
    suggestAbove: z.number().min(0.7).max(1),
  }),
  sanitise: z.array(SanitiseRule).max(policyLimits.rulesMax),
  /** Risks of tool calls that want a person besides those that always do. */
  approvals: z.array(Risk),
  budgets: z.strictObject({ tokensMax: count.nullable(), costMicrosMax: count.nullable(), concurrentRunsMax: z.int().min(1).nullable() }),
  retention: z.strictObject({ telemetryDays: z.int().min(30).max(90) }),
  /** How well agents and tiers are to do; absent = as the product says. */
  objectives: Objectives.optional(),
  /** The only places that an endpoint may have: IP literal and port. */
  egress: z.array(z.strictObject({ host: z.union([z.ipv4(), z.ipv6()]), port: z.int().min(1).max(65_535) })).max(policyLimits.hostsMax),
})
export type Policy = z.infer<typeof Policy>

const closed: TierRule = { isAllowed: false, clearance: null, crossing: 'ask' }
const asking: TierRule = { isAllowed: true, clearance: unclassified, crossing: 'ask' }

/** What holds where nobody has signed a policy: one person, who is everybody; only unclassified material may leave, and only when seen. */
export type PolicyInForce = Omit<Policy, 'format' | 'version' | 'issuedAt' | 'issuer' | 'signers' | 'egress'> & {
  /** 0 = the one that is built in. */
  readonly version: number
  /** Null = wherever an administrator puts an endpoint. */
  readonly egress: Policy['egress'] | null
  /** The policy on this machine is broken: what it said before still binds, and nothing leaves. */
  readonly isTightened: boolean
}

/** `account` owns the data folder; `ceiling` is the station's. */
export const builtInPolicy = (account: string, ceiling: Label): PolicyInForce => ({
  version: 0,
  levels: [...levels],
  compartments: [...ceiling.categories.filter((category) => category !== 'CUI')],
  roles: Object.fromEntries(roles.map((role) => [role, { accounts: [account], clearance: ceiling }])),
  separated: [],
  dualControl: [],
  tiers: { datacenter: asking, frontier: asking },
  routing: { automaticAbove: 0.9, suggestAbove: 0.7 },
  sanitise: [],
  approvals: [],
  budgets: { tokensMax: null, costMicrosMax: null, concurrentRunsMax: null },
  retention: { telemetryDays: 90 },
  egress: null,
  isTightened: false,
})

/** What a signed policy puts in force. */
export const inForce = ({ format: _format, issuedAt: _at, issuer: _issuer, signers: _signers, ...rest }: Policy): PolicyInForce => ({
  ...rest,
  isTightened: false,
})

/** Nothing that was said can be believed: nobody may do anything, nothing is in use, nothing may be spent, and nothing leaves. */
export const sealed: PolicyInForce = {
  version: 0,
  levels: [],
  compartments: [],
  roles: {},
  separated: [],
  dualControl: [...dualActs],
  tiers: { datacenter: closed, frontier: closed },
  routing: { automaticAbove: 1, suggestAbove: 1 },
  sanitise: [],
  approvals: [...risks],
  budgets: { tokensMax: 0, costMicrosMax: 0, concurrentRunsMax: 1 },
  retention: { telemetryDays: 30 },
  egress: [],
  isTightened: true,
}

/** Whether material with this label is handled here at all, as the policy says. The station ceiling says the rest. */
export const isLabelInUse = ({ levels: inUse, compartments }: Pick<PolicyInForce, 'levels' | 'compartments'>, label: Label): boolean =>
  inUse.includes(label.level) && label.categories.every((category) => category === 'CUI' || compartments.includes(category))

/** The same, with every way out closed. */
export const tightened = (policy: PolicyInForce): PolicyInForce => ({
  ...policy,
  tiers: { datacenter: closed, frontier: closed },
  egress: [],
  isTightened: true,
})

export const rolesOf = (policy: Pick<PolicyInForce, 'roles'>, account: string): readonly Role[] =>
  roles.filter((role) => policy.roles[role]?.accounts.includes(account) === true)

/**
 * The highest label that an account may see on a station with this ceiling; null = nothing. Of several roles the highest clearance
 * counts; of clearances that do not lie one above the other, only what all of them permit.
 */
export function clearanceOf(policy: Pick<PolicyInForce, 'roles'>, account: string, ceiling: Label): Label | null {
  const held = rolesOf(policy, account).flatMap((role) => policy.roles[role]?.clearance ?? [])
  const highest = held.filter((label) => held.every((other) => covers(label, other) || !covers(other, label)))
  return highest.length === 0 ? null : highest.reduce(meet, ceiling)
}

/**
 * What is wrong with a policy that is well formed: it contradicts itself or this station, or would lock everybody out. Pure; each
 * finding says where. A policy with any finding is not loaded.
 */
import { confirmersOf } from './act.ts'
import { covers, type Label, marking, permits } from './label.ts'
import { type DualAct, isLabelInUse, outsideTiers, type Policy, rolesOf } from './policy.ts'
import { type Role, roles, rolesFor, roleWords } from './role.ts'
import type { Risk } from './tool.ts'

export interface PolicyFinding {
  /** Such as `roles.analyst.accounts`. */
  readonly where: string
  /** A sentence. */
  readonly message: string
}

/** Who may ask for an act. */
const askersOf: Readonly<Record<DualAct, readonly Role[]>> = {
  'label.lower': rolesFor['labels.lower'],
  'document.purge': rolesFor['holdings.change'],
  'policy.load': rolesFor['policy.load'],
  'tier.add': rolesFor['tiers.manage'],
  'serve.open': rolesFor['serve.manage'],
  release: rolesFor['exports.release'],
  'bundle.activate': rolesFor['bundles.admit'],
  'bundle.rollback': rolesFor['bundles.carry'],
}

/** Risks that approvals say nothing of. */
const elsewhere: readonly Risk[] = ['human', 'crossing', 'crossing_permitted']

const repeated = (items: readonly string[]): readonly string[] => [...new Set(items.filter((item, at) => items.indexOf(item) !== at))]

function* ofRoles(policy: Policy): Generator<PolicyFinding> {
  const accounts = new Set(roles.flatMap((role) => policy.roles[role]?.accounts ?? []))
  for (const role of roles) {
    for (const account of repeated(policy.roles[role]?.accounts ?? []))
      yield { where: `roles.${role}.accounts`, message: `${account} stands there twice.` }
  }
  if ((policy.roles.administrator?.accounts.length ?? 0) === 0)
    yield { where: 'roles.administrator', message: 'Nobody would be an administrator, and nobody could load another policy.' }
  for (const account of accounts) {
    const held = rolesOf(policy, account)
    for (const [at, [one, other]] of policy.separated.entries()) {
      if (one !== other && held.includes(one) && held.includes(other))
        yield { where: `separated.${at}`, message: `${account} is both ${roleWords[one]} and ${roleWords[other]}.` }
    }
    const clearances = held.flatMap((role) => policy.roles[role]?.clearance ?? [])
    const isApart = clearances.some((a) => clearances.some((b) => !covers(a, b) && !covers(b, a)))
    if (isApart) yield { where: 'roles', message: `${account} has clearances that do not lie one above the other.` }
  }
}

function* ofSeparation({ separated, roles: given, dualControl }: Policy): Generator<PolicyFinding> {
  for (const [at, [one, other]] of separated.entries()) {
    if (one === other) yield { where: `separated.${at}`, message: `A role cannot be kept apart from itself.` }
    const isKnown = separated.slice(0, at).some((pair) => pair.includes(one) && pair.includes(other))
    if (isKnown) yield { where: `separated.${at}`, message: 'These two roles are kept apart already.' }
  }
  for (const act of dualControl) {
    const who = (able: readonly Role[]) => able.flatMap((role) => given[role]?.accounts ?? [])
    const confirmers = who(confirmersOf[act])
    const isPossible = who(askersOf[act]).some((asker) => confirmers.some((other) => other.toLowerCase() !== asker.toLowerCase()))
    if (!isPossible) yield { where: 'dualControl', message: `${act} wants two persons, and there are no two who could do it.` }
  }
}

function* ofLabels(policy: Policy, ceiling: Label): Generator<PolicyFinding> {
  for (const name of ['levels', 'compartments', 'approvals', 'dualControl'] as const)
    for (const item of repeated(policy[name])) yield { where: name, message: `${item} stands there twice.` }
  const used: ReadonlyArray<readonly [string, Label]> = [
    ...roles.flatMap((role) => {
      const rule = policy.roles[role]
      return rule === undefined ? [] : [[`roles.${role}.clearance`, rule.clearance] as const]
    }),
    ...outsideTiers.flatMap((tier) => {
      const { clearance } = policy.tiers[tier]
      return clearance === null ? [] : [[`tiers.${tier}.clearance`, clearance] as const]
    }),
    ...policy.sanitise.flatMap((rule, at) => (rule.kind === 'portions' ? [[`sanitise.${at}.above`, rule.above] as const] : [])),
  ]
  for (const [where, label] of used) {
    if (!isLabelInUse(policy, label)) yield { where, message: `${marking(label)} names a level or a compartment that is not in use.` }
  }
  for (const tier of outsideTiers) {
    const { clearance } = policy.tiers[tier]
    if (clearance !== null && !permits(ceiling, clearance))
      yield { where: `tiers.${tier}.clearance`, message: `${marking(clearance)} is above the station ceiling, ${marking(ceiling)}.` }
  }
}

function* ofTheRest(
  { sanitise, egress, signers, approvals }: Policy,
  patternFault: PolicyCheckParts['patternFault'],
): Generator<PolicyFinding> {
  for (const [at, rule] of sanitise.entries()) {
    const fault = rule.kind === 'pattern' ? patternFault(rule.pattern) : null
    if (fault !== null) yield { where: `sanitise.${at}.pattern`, message: fault }
  }
  for (const risk of approvals.filter((one) => elsewhere.includes(one)))
    yield { where: 'approvals', message: `${risk} is not decided here: a tier’s crossing says when a person is asked.` }
  for (const name of repeated(sanitise.map((rule) => rule.name))) yield { where: 'sanitise', message: `Two rules are named ${name}.` }
  for (const place of repeated(egress.map(({ host, port }) => `${host} ${port}`)))
    yield { where: 'egress', message: `${place.replace(' ', ', port ')}, stands there twice.` }
  for (const id of repeated(signers.map(({ keyId }) => keyId))) yield { where: 'signers', message: `The key ${id} stands there twice.` }
}

export interface PolicyCheckParts {
  readonly ceiling: Label
  /** The ids that the public keys of `signers` have themselves; null for what is no key. */
  readonly signerIds: ReadonlyArray<string | null>
  /** Why a pattern cannot be searched for in bounded time, in a sentence, or null. */
  readonly patternFault: (pattern: string) => string | null
}

export function checkPolicy(policy: Policy, { ceiling, signerIds, patternFault }: PolicyCheckParts): readonly PolicyFinding[] {
  const keys = policy.signers.flatMap(({ keyId }, at): readonly PolicyFinding[] => {
    const id = signerIds[at] ?? null
    if (id === keyId) return []
    return [{ where: `signers.${at}`, message: id === null ? 'This is no public key.' : `This key is named ${id}, not ${keyId}.` }]
  })
  return [...ofRoles(policy), ...ofSeparation(policy), ...ofLabels(policy, ceiling), ...ofTheRest(policy, patternFault), ...keys]
}

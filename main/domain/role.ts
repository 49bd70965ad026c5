/** Who a person is here. An account may hold several roles, where the policy does not keep them apart. */
import * as z from 'zod'

export const roles = ['analyst', 'reviewer', 'operator', 'administrator', 'security_officer', 'auditor'] as const
export const Role = z.enum(roles)
export type Role = z.infer<typeof Role>

export const roleWords: Readonly<Record<Role, string>> = {
  analyst: 'analyst',
  reviewer: 'reviewer',
  operator: 'operator',
  administrator: 'administrator',
  security_officer: 'security officer',
  auditor: 'auditor',
}

/** The roles of an account, in a word or two. */
export const describeRoles = (held: readonly Role[]): string =>
  held.length === 0 ? 'no role' : held.length === roles.length ? 'all roles' : held.map((role) => roleWords[role]).join(', ')

/** What people do here, and which roles may. An action that is not listed does not exist; one without roles is nobody's. */
export const rolesFor = {
  /** What this machine is and how it stands, without anything that it holds. */
  'station.look': roles,
  'holdings.read': ['analyst', 'reviewer'],
  'holdings.change': ['analyst'],
  /** Files on their way in: documents, runs and models. */
  'uploads.send': ['analyst', 'administrator'],
  'runs.read': ['analyst', 'reviewer', 'operator', 'auditor'],
  'runs.start': ['analyst'],
  'runs.control': ['analyst', 'operator'],
  /** Runs as files, into this machine and out of it. */
  'runs.carry': ['analyst'],
  'approvals.decide': ['analyst', 'reviewer'],
  'limits.set': ['operator', 'administrator'],
  'incidents.close': ['operator', 'administrator'],
  'exemptions.grant': ['security_officer'],
  'models.manage': ['administrator'],
  /** Agents and the words that lead them. */
  'agents.read': roles,
  /** Agents of the site and the words that lead them. */
  'agents.manage': ['administrator'],
  /** Bundles across the gap: looked at, taken into the store, and back to one that served. */
  'bundles.carry': ['operator', 'administrator'],
  /** Whose bundles are taken, and what of them serves. */
  'bundles.admit': ['administrator'],
  'station.ceiling': ['security_officer'],
  /** Backups, and putting one in place. */
  'station.keep': ['operator', 'administrator'],
  'audit.read': ['auditor', 'security_officer'],
  'policy.load': ['administrator'],
  /** The second person of an act; which acts, `confirmersOf` says. */
  'acts.decide': ['reviewer', 'administrator', 'security_officer'],
  'tiers.manage': ['administrator'],
  /** Narrows for an hour where tasks may run. */
  'routing.override': ['operator', 'administrator', 'security_officer'],
  'egress.read': ['administrator', 'security_officer', 'auditor'],
  'serve.manage': ['administrator'],
  /** Of documents and of collections' floors; whoever may see it may raise it. */
  'labels.raise': ['analyst', 'reviewer', 'security_officer'],
  'labels.lower': ['security_officer'],
  /** Answers, conversations and reports as papers, out of this machine. */
  'exports.make': ['analyst', 'reviewer'],
  /** Who answers for a classified paper, where nobody is named. */
  'exports.configure': ['administrator', 'security_officer'],
  'exports.release': ['reviewer', 'security_officer'],
} as const satisfies Readonly<Record<string, readonly Role[]>>
export type Action = keyof typeof rolesFor

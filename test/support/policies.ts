/** Keys, policies and signatures for tests: a policy that is sound on a station with the ceiling SECRET, and arbitrary ones. */
import fc from 'fast-check'
import { type Label, labelFromName, levels, unclassified } from '../../main/domain/label.ts'
import { keyIdText, publicKeyLine, type SecretKey, signBytes } from '../../main/domain/minisign.ts'
import { dualActs, type Policy } from '../../main/domain/policy.ts'
import { roles } from '../../main/domain/role.ts'
import { risks } from '../../main/domain/tool.ts'
import { ed25519, publicHalf } from '../../main/policy/ed25519.ts'

export const secret: Label = { ...unclassified, level: 'secret', categories: ['CUI'] }

/** The same key for the same number. */
export function testKey(n: number): SecretKey {
  const seed = new Uint8Array(32).fill(n)
  return { id: new Uint8Array(8).fill(n), seed, key: publicHalf(seed) }
}

export const signerOf = (key: SecretKey) => ({ keyId: keyIdText(key.id), publicKey: publicKeyLine(key) })

export const samplePolicy = (key: SecretKey, change: Partial<Policy> = {}): Policy => ({
  format: 'holdfast-policy/1',
  version: 1,
  issuedAt: '2026-11-01T08:00:00Z',
  issuer: 'Site security',
  signers: [signerOf(key)],
  levels: ['unclassified', 'confidential', 'secret'],
  compartments: [],
  roles: {
    analyst: { accounts: ['ana', 'tester'], clearance: secret },
    reviewer: { accounts: ['rob'], clearance: secret },
    administrator: { accounts: ['ada', 'tester'], clearance: unclassified },
    security_officer: { accounts: ['sam'], clearance: secret },
    auditor: { accounts: ['aud'], clearance: unclassified },
  },
  separated: [['administrator', 'security_officer']],
  dualControl: [],
  tiers: {
    datacenter: { isAllowed: true, clearance: unclassified, crossing: 'ask' },
    frontier: { isAllowed: false, clearance: null, crossing: 'ask' },
  },
  routing: { automaticAbove: 0.95, suggestAbove: 0.8 },
  sanitise: [{ kind: 'pattern', name: 'telephone numbers', pattern: '\\b\\d{3}-\\d{4}\\b', replacement: '[number]' }],
  approvals: ['note'],
  budgets: { tokensMax: 1_000_000, costMicrosMax: null, concurrentRunsMax: 2 },
  retention: { telemetryDays: 60 },
  egress: [{ host: '10.1.2.3', port: 8443 }],
  ...change,
})

export interface SignedPolicy {
  readonly policy: string
  readonly signature: string
}
export function signed(policy: unknown, key: SecretKey): SignedPolicy {
  const text = typeof policy === 'string' ? policy : `${JSON.stringify(policy, null, 2)}\n`
  return { policy: text, signature: signBytes(new TextEncoder().encode(text), key, 'a policy', ed25519) }
}

const subset = <T>(items: readonly T[]) => fc.subarray([...items])
const label: fc.Arbitrary<Label> = fc.record({
  level: fc.constantFrom(...levels),
  categories: subset(['CUI', 'SI', 'TK']),
  dissemination: subset(['ORCON']),
  releasability: fc.constantFrom<'any' | 'noforn'>('any', 'noforn'),
})
const tier = fc.record({
  isAllowed: fc.boolean(),
  clearance: fc.option(label),
  crossing: fc.constantFrom<'ask' | 'automatic'>('ask', 'automatic'),
})
const limit = fc.option(fc.nat({ max: 1_000 }))

/** Any policy of the right form, sound or not. */
export const arbitraryPolicy = (key: SecretKey): fc.Arbitrary<Policy> =>
  fc
    .record({
      version: fc.integer({ min: 1, max: 9 }),
      levels: subset(levels).filter((some) => some.length > 0),
      compartments: subset(['SI', 'TK']),
      roles: fc
        .array(fc.tuple(fc.constantFrom(...roles), subset(['ana', 'ben', 'tester']), label), { maxLength: 6 })
        .map((given) => Object.fromEntries(given.map(([role, accounts, clearance]) => [role, { accounts, clearance }]))),
      dualControl: subset(dualActs),
      tiers: fc.record({ datacenter: tier, frontier: tier }),
      routing: fc.record({
        automaticAbove: fc.double({ min: 0.9, max: 1, noNaN: true }),
        suggestAbove: fc.double({ min: 0.7, max: 1, noNaN: true }),
      }),
      approvals: subset(risks),
      budgets: fc.record({ tokensMax: limit, costMicrosMax: limit, concurrentRunsMax: fc.option(fc.integer({ min: 1, max: 64 })) }),
      retention: fc.record({ telemetryDays: fc.integer({ min: 30, max: 90 }) }),
      egress: subset([
        { host: '10.1.2.3', port: 8443 },
        { host: '10.1.2.4', port: 8443 },
      ]),
    })
    // As it comes out of a file.
    .map((change) => samplePolicy(key, JSON.parse(JSON.stringify(change))))

/** A policy in which `tester` may do all and see SECRET, and the analyst `low` sees what is unclassified. */
export function policyWithLow(key: SecretKey): Policy {
  const everyone = Object.fromEntries(roles.map((role) => [role, { accounts: ['tester'], clearance: labelFromName('secret') }]))
  return samplePolicy(key, {
    separated: [],
    roles: { ...everyone, analyst: { accounts: ['tester', 'low'], clearance: unclassified } },
  })
}

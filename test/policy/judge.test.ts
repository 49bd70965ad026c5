/** The verdict over everything that can lie on a machine: never looser than what was accepted, and always with a reason. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { unclassified } from '../../main/domain/label.ts'
import { builtInPolicy, inForce, type Policy, type PolicyInForce, rolesOf, sealed, tightened } from '../../main/domain/policy.ts'
import { policyFaults } from '../../main/domain/policy-faults.ts'
import { permitsNoMore, policyChanges } from '../../main/domain/policy-order.ts'
import { roles } from '../../main/domain/role.ts'
import { digestOf, judge, keyDigestOf, type PolicyEvidence, type PolicyMark, type Verdict } from '../../main/policy/judge.ts'
import { arbitraryPolicy, samplePolicy, signed, testKey } from '../support/policies.ts'

const key = testKey(1)
const other = testKey(2)
const bytesOf = (text: string) => new TextEncoder().encode(text)

/** How everything lies after a policy was accepted. */
function accepted(policy: Policy, by = key): PolicyEvidence {
  const { policy: text, signature } = signed(policy, by)
  const bytes = bytesOf(text)
  const mark: PolicyMark = { version: policy.version, digest: digestOf(bytes), keyDigest: keyDigestOf(by) }
  return { recorded: mark, stored: { bytes, signature, publicKey: by }, mark, file: bytes, signature, trustRoot: null, known: null }
}
const nothing: PolicyEvidence = {
  ...{ recorded: null, stored: null, mark: null, file: null, signature: null, trustRoot: null, known: null },
}
const ofVerdict = (verdict: Verdict): PolicyInForce => {
  if (verdict.kind === 'in_force') return inForce(verdict.policy)
  if (verdict.kind === 'built_in') return builtInPolicy('tester', unclassified)
  if (verdict.kind === 'not_accepted') return tightened(builtInPolicy('tester', unclassified))
  return verdict.policy === null ? sealed : tightened(inForce(verdict.policy))
}
const faultsOf = (verdict: Verdict) => ('faults' in verdict ? verdict.faults : [])

test('where nobody ever loaded one, what is built in holds; what was accepted and lies there whole is in force', () => {
  expect(judge(nothing)).toEqual({ kind: 'built_in' })
  expect(judge(accepted(samplePolicy(key)))).toMatchObject({ kind: 'in_force', policy: { version: 1 } })
})

const policy = samplePolicy(key)
const whole = accepted(policy)
const looser = accepted(samplePolicy(other, { tiers: { ...policy.tiers, frontier: policy.tiers.datacenter } }), other)

describe('DRF-01 what lies there otherwise than it was accepted is found, and only tightens', () => {
  test.each<[string, Partial<PolicyEvidence>, readonly string[]]>([
    ['a file that is gone', { file: null }, ['file_missing']],
    ['a file that cannot be read', { file: 'unreadable' }, ['file_missing']],
    ['another policy in the file', { file: looser.file }, ['file_changed', 'signature_wrong']],
    ['another policy with its own signature', { file: looser.file, signature: looser.signature }, ['file_changed', 'signature_wrong']],
    ['a signature that is gone', { signature: null }, ['signature_missing']],
    ['a signature of another', { signature: looser.signature }, ['signature_wrong']],
    ['a database without it', { stored: null }, ['stored_missing']],
    ['a database with another', { stored: looser.stored }, ['stored_changed', 'signature_wrong']],
    ['a mark that is gone', { mark: null }, ['mark_missing']],
    ['a mark of another', { mark: looser.mark }, ['mark_changed']],
    ['a mark of a later version', { mark: { ...(looser.mark as PolicyMark), version: 9 } }, ['rolled_back']],
    ['a log that knows of none', { recorded: null }, ['log_silent']],
    ['a log that cannot be read', { recorded: 'unreadable' }, ['log_unreadable']],
    ['keys of this machine that others could have changed', { trustRoot: 'unreadable' }, ['trust_root_unsafe']],
    ['a signer whom this machine does not trust', { trustRoot: [other] }, ['signer_not_trusted']],
  ])('%s', (_what, change, faults) => {
    const verdict = judge({ ...whole, ...change })
    expect(verdict).toMatchObject({ kind: 'tightened', policy: { version: 1 } })
    expect(faultsOf(verdict)).toEqual(faults)
    expect(permitsNoMore(ofVerdict(verdict), inForce(policy))).toBe(true)
  })

  test('when nothing that was said can be found again, nobody may do anything', () => {
    const verdict = judge({ ...whole, stored: looser.stored, file: looser.file, signature: looser.signature })
    expect(verdict).toMatchObject({ kind: 'tightened', policy: null })
    expect(ofVerdict(verdict)).toBe(sealed)
    expect(roles.flatMap(() => rolesOf(sealed, 'tester'))).toEqual([])
  })

  test('a file that nobody loaded puts nothing in force', () => {
    const verdict = judge({ ...nothing, file: whole.file, signature: whole.signature })
    expect(verdict).toEqual({ kind: 'not_accepted', faults: ['not_accepted'] })
    expect(permitsNoMore(ofVerdict(verdict), builtInPolicy('tester', unclassified))).toBe(true)
  })
})

/** One change of what lies there; several are made one after the other. */
const change = (one: PolicyEvidence): fc.Arbitrary<Partial<PolicyEvidence>> => {
  const flipped = (bytes: unknown) =>
    fc.nat().map((at) => {
      const copy = Uint8Array.from(bytes as Uint8Array)
      copy[at % copy.length] = (copy[at % copy.length] ?? 0) ^ (1 << (at % 8))
      return copy
    })
  return fc.oneof(
    fc.constantFrom<Partial<PolicyEvidence>>(
      ...[{ file: null }, { file: 'unreadable' as const }, { signature: null }, { signature: 'unreadable' as const }],
      ...[{ stored: null }, { stored: 'unreadable' as const }, { mark: null }, { mark: 'unreadable' as const }],
      ...[{ recorded: 'unreadable' as const }, { trustRoot: 'unreadable' as const }, { trustRoot: [other] }, { trustRoot: [key] }],
      ...[{ file: looser.file }, { signature: looser.signature }, { stored: looser.stored }, { mark: looser.mark }],
    ),
    flipped(one.file).map((file) => ({ file })),
    flipped(one.file).map((bytes) => ({ stored: { ...(one.stored as NonNullable<typeof looser.stored> & object), bytes } as never })),
    fc.nat({ max: 2_000 }).map((length) => ({ file: (one.file as Uint8Array).slice(0, length) })),
    fc.nat({ max: 99 }).map((version) => ({ mark: { ...(one.mark as PolicyMark), version: version + 1 } })),
  )
}

test('for every policy and every change of what lies there, no more is permitted than before', () => {
  fc.assert(
    fc.property(
      arbitraryPolicy(key).chain((any) => fc.tuple(fc.constant(any), fc.array(change(accepted(any)), { minLength: 1, maxLength: 4 }))),
      ([any, changes]) => {
        const evidence: PolicyEvidence = Object.assign({}, accepted(any), ...changes)
        const verdict = judge(evidence)
        expect(permitsNoMore(ofVerdict(verdict), inForce(any))).toBe(true)
        if (verdict.kind === 'in_force') return
        expect(faultsOf(verdict).length).toBeGreaterThan(0)
        expect(faultsOf(verdict).every((fault) => policyFaults.includes(fault))).toBe(true)
      },
    ),
    { numRuns: 500, seed: 11 },
  )
})

test('tightening and sealing permit no more, whatever is tightened', () => {
  fc.assert(
    fc.property(arbitraryPolicy(key), (any) => {
      expect(permitsNoMore(inForce(any), inForce(any))).toBe(true)
      expect(permitsNoMore(tightened(inForce(any)), inForce(any))).toBe(true)
      expect(permitsNoMore(sealed, inForce(any))).toBe(true)
      expect(policyChanges(inForce(any), inForce(any))).toEqual([])
    }),
    { numRuns: 300, seed: 12 },
  )
})

test('what another policy changes is told part by part, with what it widens', () => {
  const before = inForce(policy)
  const after = inForce(
    samplePolicy(key, {
      levels: ['unclassified', 'confidential'],
      tiers: { ...policy.tiers, frontier: { isAllowed: true, clearance: unclassified, crossing: 'automatic' } },
      budgets: { tokensMax: null, costMicrosMax: 5, concurrentRunsMax: 2 },
      approvals: ['note', 'read'],
    }),
  )
  expect(policyChanges(before, after).map(({ where, direction }) => `${where} ${direction}`)).toEqual([
    'levels narrower',
    'tiers.frontier.isAllowed wider',
    'tiers.frontier.clearance wider',
    'tiers.frontier.crossing wider',
    'approvals narrower',
    'budgets.tokensMax wider',
    'budgets.costMicrosMax narrower',
  ])
  expect(permitsNoMore(after, before)).toBe(false)
})

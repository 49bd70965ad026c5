/** What is wrong with a policy that is well formed: each kind once, with where it stands. */
import { describe, expect, test } from 'vitest'
import { type Label, unclassified } from '../../main/domain/label.ts'
import { Policy } from '../../main/domain/policy.ts'
import { findingsOf } from '../../main/policy/accept.ts'
import { samplePolicy, secret, signerOf, testKey } from '../support/policies.ts'

const key = testKey(1)
const sound = samplePolicy(key)
const { roles, tiers } = sound
const si: Label = { ...secret, categories: ['SI'] }
const pattern = (text: string) => ({ kind: 'pattern', name: text, pattern: text, replacement: '' }) as const

test('a sound policy has no finding', () => {
  expect(findingsOf(Policy.parse(sound), secret)).toEqual([])
})

describe('a policy that is not sound', () => {
  test.each<[string, Partial<Policy>, string, RegExp]>([
    [
      'a tier above the station',
      {
        tiers: { ...tiers, frontier: { ...tiers.frontier, clearance: { ...secret, level: 'top_secret' } } },
        levels: ['unclassified', 'secret', 'top_secret'],
      },
      'tiers.frontier.clearance',
      /above the station ceiling/,
    ],
    ['a level that is not in use', { levels: ['unclassified', 'confidential'] }, 'roles.analyst.clearance', /not in use/],
    [
      'a compartment that is not in use',
      { roles: { ...roles, analyst: { accounts: ['ana'], clearance: si } } },
      'roles.analyst.clearance',
      /not in use/,
    ],
    [
      'an account twice',
      { roles: { ...roles, auditor: { accounts: ['aud', 'aud'], clearance: unclassified } } },
      'roles.auditor.accounts',
      /aud stands there twice/,
    ],
    [
      'no administrator',
      { roles: { ...roles, administrator: { accounts: [], clearance: unclassified } } },
      'roles.administrator',
      /Nobody/,
    ],
    ['one person in roles that are kept apart', { separated: [['analyst', 'administrator']] }, 'separated.0', /tester is both/],
    ['a role kept apart from itself', { separated: [['analyst', 'analyst']] }, 'separated.0', /from itself/],
    [
      'a pair named twice',
      {
        separated: [
          ['auditor', 'analyst'],
          ['analyst', 'auditor'],
        ],
      },
      'separated.1',
      /already/,
    ],
    [
      'clearances beside each other',
      {
        compartments: ['SI', 'TK'],
        roles: {
          ...roles,
          analyst: { accounts: ['ana'], clearance: si },
          reviewer: { accounts: ['ana'], clearance: { ...si, categories: ['TK'] } },
        },
      },
      'roles',
      /do not lie one above the other/,
    ],
    [
      'two persons where there is one',
      {
        dualControl: ['serve.open'],
        roles: {
          ...roles,
          administrator: { accounts: ['ada'], clearance: unclassified },
          security_officer: { accounts: ['ADA'], clearance: secret },
        },
      },
      'dualControl',
      /no two/,
    ],
    ['a pattern that looks ahead', { sanitise: [pattern('a(?=b)')] }, 'sanitise.0.pattern', /cannot be read/],
    ['a pattern that repeats too much', { sanitise: [pattern('(a{1,100}){1,100}')] }, 'sanitise.0.pattern', /The pattern/],
    ['a risk that is decided elsewhere', { approvals: ['crossing_permitted'] }, 'approvals', /not decided here/],
    ['a pattern that is none', { sanitise: [pattern('(')] }, 'sanitise.0.pattern', /cannot be read/],
    ['two rules of one name', { sanitise: [pattern('a'), pattern('a')] }, 'sanitise', /named a/],
    [
      'a place twice',
      {
        egress: [
          { host: '10.0.0.1', port: 1 },
          { host: '10.0.0.1', port: 1 },
        ],
      },
      'egress',
      /twice/,
    ],
    ['a level twice', { levels: ['secret', 'secret', 'unclassified', 'confidential'] }, 'levels', /twice/],
    ['a key under another name', { signers: [{ ...signerOf(key), keyId: '0000000000000000' }] }, 'signers.0', /is named/],
    ['a key that is none', { signers: [{ ...signerOf(key), publicKey: 'RW' }] }, 'signers.0', /no public key/],
    ['a key twice', { signers: [signerOf(key), signerOf(key)] }, 'signers', /twice/],
  ])('%s', (_what, change, where, message) => {
    const findings = findingsOf(Policy.parse(samplePolicy(key, change)), secret)
    expect(findings).toContainEqual({ where, message: expect.stringMatching(message) })
  })
})

/** Every role and every call, through the real dispatch: allowed or denied as the table says, and nothing else. */
import { describe, expect, test } from 'vitest'
import { actionOf } from '../../main/contract/actions.ts'
import { type CallName, callNames } from '../../main/contract/calls.ts'
import { createDispatch, type Handlers } from '../../main/dispatch.ts'
import { unclassified } from '../../main/domain/label.ts'
import { builtInPolicy, rolesOf } from '../../main/domain/policy.ts'
import { fail } from '../../main/domain/result.ts'
import { type Role, roles, rolesFor } from '../../main/domain/role.ts'
import { createAuthorise } from '../../main/handlers/authorise.ts'
import { validInput } from '../support/valid-input.ts'

const reached = fail('test.reached', 'The handler was reached.', 'Nothing is to be done.')
// Each handler only says that it was reached; the dispatch before them is the real one.
const handlers = Object.fromEntries(callNames.map((name) => [name, () => reached])) as unknown as Handlers

/** An account a role, named like it. */
const policy = {
  ...builtInPolicy('nobody', unclassified),
  roles: Object.fromEntries(roles.map((role) => [role, { accounts: [role], clearance: unclassified }])),
}
const dispatch = createDispatch(
  handlers,
  createAuthorise({ rolesOf: (account) => rolesOf(policy, account), account: 'owner', isSealed: () => false }),
  () => undefined,
)
const codeOf = async (name: CallName, account: string): Promise<string> => {
  const reply = await dispatch(name, validInput(name), { account, shell: 'cli' })
  return reply.ok ? 'ok' : reply.error.code
}

describe('TEN-03 IDN-02 every call, as each role', () => {
  test.each(callNames)('%s', async (name) => {
    const action = actionOf[name]
    const able: readonly Role[] = action === null ? roles : rolesFor[action]
    for (const role of roles)
      expect([role, await codeOf(name, role)]).toEqual([role, able.includes(role) ? 'test.reached' : 'role.not_allowed'])
    expect(await codeOf(name, 'stranger')).toBe(action === null ? 'test.reached' : 'role.not_allowed')
  })
})

/** Written out, so that a right that slips into the table is seen here. */
const onlyFor: Readonly<Partial<Record<CallName, readonly Role[]>>> = {
  'station.configure': ['security_officer'],
  'exemptions.grant': ['security_officer'],
  'models.import': ['administrator'],
  'models.activate': ['administrator'],
  'quota.set': ['operator', 'administrator'],
  'documents.remove': ['analyst'],
  'documents.bytes': ['analyst', 'reviewer'],
  'ask.start': ['analyst'],
  'approvals.approve': ['analyst', 'reviewer'],
  'audit.export': ['security_officer', 'auditor'],
  'station.restore': ['operator', 'administrator'],
}

test('TEN-03 rights that matter most belong to these roles and no others', async () => {
  for (const [name, able] of Object.entries(onlyFor)) {
    const found: Role[] = []
    // The keys are names of calls by the type of the table.
    for (const role of roles) if ((await codeOf(name as CallName, role)) === 'test.reached') found.push(role)
    expect([name, found]).toEqual([name, able])
  }
})

test('TEN-03 what a stranger may do is to see how things stand', () => {
  expect(callNames.filter((name) => actionOf[name] === null)).toEqual(['station.status', 'policy.get', 'policy.check', 'policy.diff'])
})

test('an input that is none is told before rights are, and an unknown name before both', async () => {
  const send = async (name: string, input: unknown) => dispatch(name, input, { account: 'stranger', shell: 'cli' })
  expect(await send('documents.get', {})).toMatchObject({ error: { code: 'call.bad_input' } })
  expect(await send('documents.erase', {})).toMatchObject({ error: { code: 'call.unknown' } })
})

test('IDN-02 no call erases or rewrites the audit log, whoever makes it', () => {
  const touching = callNames.filter((name) => name.startsWith('audit.'))
  expect(touching).toEqual(['audit.status', 'audit.verify', 'audit.cancel', 'audit.checkpoint', 'audit.export', 'audit.publicKey'])
  expect(callNames.filter((name) => /(erase|truncate|rewrite|clear|wipe|reset)/.test(name))).toEqual([])
})

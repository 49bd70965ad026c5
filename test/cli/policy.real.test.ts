/** The policy at the command line: keys made, a policy signed without a core, loaded with two words, shown, and compared. */
import { chmodSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { userInfo } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { keygen } from '../../main/cli/key-files.ts'
import { policySign } from '../../main/cli/policy-sign.ts'
import { CommandFailure, commandOutputs } from '../../main/contract/cli.ts'
import { unclassified } from '../../main/domain/label.ts'
import { parsePublicKey } from '../../main/domain/minisign.ts'
import type { Policy } from '../../main/domain/policy.ts'
import type { Result } from '../../main/domain/result.ts'
import { oneDocument, runCommand } from '../support/command.ts'
import { samplePolicy, testKey } from '../support/policies.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

const folder = temporaryFolder()
const account = userInfo().username
const codeOf = (result: Result<unknown>): string => (result.ok ? 'ok' : result.error.code)

test('a private key is made for this account alone, never over another, never in a data folder, and not used once others can read it', () => {
  const made = keygen(join(folder, 'site'))
  expect(codeOf(made)).toBe('ok')
  expect(statSync(join(folder, 'site.key')).mode & 0o777).toBe(0o600)
  expect(parsePublicKey(readFileSync(join(folder, 'site.pub'), 'utf8')).ok).toBe(true)
  expect(codeOf(keygen(join(folder, 'site')))).toBe('key.exists')
  mkdirSync(join(folder, 'station', 'keys'), { recursive: true })
  writeFileSync(join(folder, 'station', 'holdfast.db'), '')
  expect(codeOf(keygen(join(folder, 'station', 'keys', 'site')))).toBe('key.in_data')

  const file = join(folder, 'signing.json')
  writeFileSync(file, JSON.stringify(samplePolicy(testKey(1))))
  const sign = () => codeOf(policySign(file, { key: join(folder, 'site.key') }))
  expect(sign()).toBe('ok')
  expect(codeOf(policySign(file, { key: join(folder, 'nowhere.key') }))).toBe('cli.unreadable')
  chmodSync(join(folder, 'site.key'), 0o640)
  expect(sign()).toBe('key.open')
  chmodSync(join(folder, 'site.key'), 0o600)
  writeFileSync(file, '{"format":"holdfast-policy/1"}')
  expect(sign()).toBe('policy.malformed')
})

test('holdfast policy: a signed policy is checked, loaded with the key of whoever signs, shown and compared', async () => {
  const data = join(folder, 'data')
  const run = async (...args: readonly string[]) => runCommand([...args, '--data', data, '--json'])
  const made = keygen(join(folder, 'own'))
  if (!made.ok) throw new Error(made.error.code)
  const { keyId, publicKey } = made.value.value
  const file = join(folder, 'policy.json')
  const everything = { accounts: [account], clearance: unclassified }
  const policy: Policy = samplePolicy(testKey(1), {
    signers: [{ keyId, publicKey }],
    levels: ['unclassified'],
    separated: [],
    roles: { administrator: everything, analyst: everything },
  })
  writeFileSync(file, JSON.stringify(policy))
  const unsigned = await run('policy', 'check', file)
  expect(commandOutputs['policy check'].parse(oneDocument(unsigned))).toMatchObject({ findings: [], signature: null })
  expect(codeOf(policySign(file, { key: join(folder, 'own.key') }))).toBe('ok')
  const refused = await run('policy', 'load', file)
  expect([refused.code, CommandFailure.parse(oneDocument(refused)).error.code]).toEqual([1, 'policy.key_needed'])
  const loaded = await run('policy', 'load', file, '--key', join(folder, 'own.pub'))
  expect(commandOutputs['policy load'].parse(oneDocument(loaded))).toMatchObject({ state: 'in_force', version: 1 })

  writeFileSync(file, JSON.stringify({ ...policy, version: 2, budgets: { ...policy.budgets, tokensMax: 5 } }))
  const compared = await run('policy', 'diff', file)
  expect(commandOutputs['policy diff'].parse(oneDocument(compared)).changes).toEqual([
    { where: 'budgets.tokensMax', before: '1000000', after: '5', direction: 'narrower' },
  ])
  const shown = await runCommand(['policy', 'show', '--data', data])
  expect(shown.stdout).toContain('Policy 1 in force; Site security')
  expect(shown.stdout).toContain(account)
  // What the policy does not give to this account is denied at the door.
  const denied = await run('audit', 'export')
  expect(CommandFailure.parse(oneDocument(denied)).error.code).toBe('role.not_allowed')
})

/** Documents and a policy at the command line: from a folder and a signed file to what is found and in force at a station. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, expect, test } from 'vitest'
import { type CommandName, type CommandOutput, commandOutputs } from '../../main/contract/cli.ts'
import { unclassified } from '../../main/domain/label.ts'
import { parseSecretKey } from '../../main/domain/minisign.ts'
import { accountName } from '../../main/platform/account.ts'
import { sha256 } from '../support/airgap.ts'
import { oneDocument, runCommand } from '../support/command.ts'
import { samplePolicy, signerOf } from '../support/policies.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

const folder = temporaryFolder()
const at = (...path: readonly string[]) => join(folder, ...path)
const data = at('station')

async function said(words: readonly string[], code = 0) {
  const spoken = await runCommand([...words, '--data', data])
  expect(spoken.code, `${words.join(' ')}: ${spoken.stdout}${spoken.stderr}`).toBe(code)
  return spoken.stdout
}
async function say<N extends CommandName>(name: N, args: readonly string[]): Promise<CommandOutput<N>> {
  const spoken = await runCommand([...name.split(' '), ...args, '--data', data, '--json'])
  expect(spoken.code, `${name}: ${spoken.stdout}${spoken.stderr}`).toBe(0)
  return commandOutputs[name].parse(oneDocument(spoken)) as CommandOutput<N>
}

let fingerprint = ''
beforeAll(async () => {
  mkdirSync(at('keys'))
  for (const name of ['ada', 'berta', 'dora', 'site']) await say('bundle keygen', [at('keys', name)])
  const keys = ['ada', 'berta'].flatMap((name) => ['--root-key', at('keys', `${name}.pub`)])
  const bundle = ['--bundle-key', at('keys', 'dora.pub'), '--bundle-threshold', '1']
  fingerprint = (await say('bundle root new', [at('roots'), ...keys, ...bundle, '--development'])).fingerprint
  for (const name of ['ada', 'berta']) await say('bundle root sign', [at('roots'), '--key', at('keys', `${name}.key`)])
  mkdirSync(at('Tide tables', 'north'), { recursive: true })
  writeFileSync(at('Tide tables', 'north', 'march.md'), '# March\n\nHigh water at the north pier is at 04:12 on the first.\n')
  writeFileSync(at('Tide tables', 'empty.txt'), '')
  const key = parseSecretKey(readFileSync(at('keys', 'site.key'), 'utf8'))
  if (!key.ok) throw new Error(key.error.code)
  const all = { accounts: [accountName()], clearance: unclassified }
  const roles = { analyst: all, administrator: all, reviewer: all }
  const policy = samplePolicy(key.value, { version: 4, signers: [signerOf(key.value)], roles, separated: [], levels: ['unclassified'] })
  writeFileSync(at('policy.json'), JSON.stringify(policy))
})

test('AIR-01 AIR-02 drafted, packed, signed, taken in and let serve: documents are found, and the policy waits for its key', async () => {
  await say('policy sign', [at('policy.json'), '--key', at('keys', 'site.key')])
  const draft = async (to: string) =>
    say('bundle draft', [to, '--seq', '1', '--release', '1.0.0', '--dataset', at('Tide tables'), '--policy', at('policy.json')])
  expect((await draft(at('draft'))).artifacts).toEqual(['policy', 'tide-tables'])
  await draft(at('again'))
  const archive = (to: string) => sha256(readFileSync(at(to, 'tide-tables.dataset.tar.zst')))
  expect(archive('draft')).toBe(archive('again'))

  await say('bundle pack', [at('draft', 'pack.yaml'), '--out', at('bundle'), '--roots', at('roots')])
  await say('bundle sign', [at('bundle'), '--key', at('keys', 'dora.key')])
  await say('bundle trust', [at('bundle'), '--fingerprint', fingerprint])
  await say('bundle load', [at('bundle'), '--accept-unscanned', 'Written by this very test.'])
  const activated = await said(['bundle', 'activate', '1.0.0'])
  const command = /holdfast (policy load --from-bundle [0-9a-f]{12} --key) PUBKEY/.exec(activated)?.[1] ?? ''
  for (const words of ['1 of 2 documents are in “Tide tables”', '1 refused:', 'empty.txt: The file is empty.', 'not in force, because'])
    expect(activated).toContain(words)
  const [document] = (await say('documents list', [])).items
  expect(await said(['documents', 'show', document?.id ?? ''])).toContain('came with the bundle stable 1 (')

  // Looked at as it stands in the bundle, and then loaded with the key that a person has.
  expect(await said(['policy', 'diff', '--from-bundle', '1.0.0'])).toContain('roles')
  await said([...command.split(' '), at('keys', 'site.pub')])
  const status = await said(['bundle', 'status'])
  expect(status).toContain('Policy 4 (Policy 4 of Site security): in force')
})

test('PKG-02 what no station would take is not packed', async () => {
  const bare = readFileSync(at('draft', 'pack.yaml'), 'utf8').replace('policy.bundled.json', at('policy.json'))
  writeFileSync(at('draft', 'bare.yaml'), bare)
  const packed = await runCommand(['bundle', 'pack', at('draft', 'bare.yaml'), '--out', at('bare'), '--roots', at('roots'), '--json'])
  expect(oneDocument(packed)).toMatchObject({ error: { code: 'bundle.list_wrong' } })
  const both = await runCommand(['policy', 'load', at('policy.json'), '--from-bundle', '1.0.0', '--data', data, '--json'])
  expect(oneDocument(both)).toMatchObject({ error: { code: 'cli.usage' } })
})

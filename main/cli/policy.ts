/** `holdfast policy show|check|load|diff`: the policy of this station, and what another would change. */
import type { CommandOutput } from '../contract/cli.ts'
import type { PolicyStatus } from '../contract/policy.ts'
import { marking } from '../domain/label.ts'
import { publicKeyLine } from '../domain/minisign.ts'
import { fail, ok, type Result } from '../domain/result.ts'
import { roles, roleWords } from '../domain/role.ts'
import { digestOf } from './bundle-station.ts'
import type { CommandCore } from './core.ts'
import { readPublicKey, readText } from './key-files.ts'
import { plain, type Spoken } from './output.ts'

const time = (at: number): string => new Date(at).toISOString()

/** As the core is told it. */
function publicLine(given: string | undefined): Result<string | undefined> {
  if (given === undefined) return ok(undefined)
  const key = readPublicKey(given)
  return key.ok ? ok(publicKeyLine(key.value)) : key
}

const stateWords = { built_in: 'built in', in_force: 'in force', tightened: 'TIGHTENED: nothing leaves this machine' } as const

function describe({ state, version, issuer, issuedAt, faults, rules, signers, history, file }: PolicyStatus): readonly string[] {
  const held = roles.flatMap((role) => {
    const rule = rules.roles[role]
    return rule === undefined ? [] : [`  ${roleWords[role].padEnd(17)} ${rule.accounts.map(plain).join(', ')} (${marking(rule.clearance)})`]
  })
  const tiers = (['datacenter', 'frontier'] as const).map((tier) => {
    const { isAllowed, clearance, crossing } = rules.tiers[tier]
    const what =
      !isAllowed || clearance === null ? 'nothing' : `${marking(clearance)}, ${crossing === 'ask' ? 'each time after a look' : 'by itself'}`
    return `  ${tier.padEnd(17)} ${what}`
  })
  const places =
    rules.egress === null
      ? 'where an administrator put it'
      : rules.egress.map(({ host, port }) => `${host} port ${port}`).join(', ') || 'nowhere'
  return [
    `Policy ${version === 0 ? '' : `${version} `}${stateWords[state]}${issuer === null ? '' : `; ${plain(issuer)}, ${issuedAt ?? ''}`}`,
    ...faults.map(({ sentence }) => `! ${sentence}`),
    ...(faults.length === 0 ? [] : ['  Load a correctly signed policy: holdfast policy load FILE.']),
    'Roles',
    ...held,
    'What may leave',
    ...tiers,
    `  to                ${places}`,
    `Two persons: ${rules.dualControl.join(', ') || 'nothing'}`,
    `Signers: ${signers.join(', ') || 'none yet'}`,
    `File: ${plain(file)}`,
    ...history.map((one) => `  version ${one.version}  ${time(one.loadedAt)}  ${plain(one.loadedBy)}  key ${one.keyId}`),
  ]
}

export async function policyShow(core: CommandCore): Promise<Result<Spoken<CommandOutput<'policy show'>>>> {
  const status = await core.call('policy.get', {})
  return status.ok ? ok({ value: status.value, lines: describe(status.value) }) : status
}

export interface PolicyFiles {
  /** A bundle that this station has taken, instead of a file. */
  readonly fromBundle?: string
  /** Where the signature lies; beside the policy when it is not said. */
  readonly signature?: string
  readonly key?: string
}

interface SignedTexts {
  readonly policy: string
  readonly signature?: string
}

const oneOfBoth = fail('cli.usage', 'A policy comes out of a file or out of a bundle.', 'Name the file, or give --from-bundle BUNDLE.')

async function textsOf(
  core: CommandCore,
  file: string | undefined,
  { fromBundle, signature }: PolicyFiles,
  isSignatureNeeded: boolean,
): Promise<Result<SignedTexts>> {
  if ((file === undefined) === (fromBundle === undefined)) return oneOfBoth
  if (fromBundle !== undefined) {
    const digest = await digestOf(core, fromBundle)
    return digest.ok ? core.call('bundles.policy', { digest: digest.value }) : digest
  }
  const policy = readText(file ?? '')
  if (!policy.ok) return policy
  const signed = readText(signature ?? `${file}.minisig`, 4_096)
  if (!signed.ok && isSignatureNeeded) return signed
  return ok({ policy: policy.value, ...(signed.ok ? { signature: signed.value } : {}) })
}

async function readSigned(core: CommandCore, file: string | undefined, files: PolicyFiles, isSignatureNeeded: boolean) {
  const texts = await textsOf(core, file, files, isSignatureNeeded)
  if (!texts.ok) return texts
  const given = publicLine(files.key)
  if (!given.ok) return given
  return ok({ ...texts.value, ...(given.value === undefined ? {} : { key: given.value }) })
}

export async function policyCheck(
  core: CommandCore,
  file: string | undefined,
  files: PolicyFiles,
): Promise<Result<Spoken<CommandOutput<'policy check'>>>> {
  const input = await readSigned(core, file, files, false)
  const checked = input.ok ? await core.call('policy.check', input.value) : input
  if (!checked.ok) return checked
  const { version, findings, signature, isLoadable } = checked.value
  const lines = [
    ...findings.map(({ where, message }) => `${plain(where)}: ${plain(message)}`),
    ...(findings.length === 0 ? [`Version ${version} is sound.`] : []),
    signature === null ? 'It is not signed yet.' : plain(signature.sentence),
  ]
  const isFailure = findings.length > 0 || (signature !== null && !isLoadable)
  return ok({ value: checked.value, lines, isFailure })
}

export async function policyLoad(
  core: CommandCore,
  file: string | undefined,
  files: PolicyFiles,
): Promise<Result<Spoken<CommandOutput<'policy load'>>>> {
  const input = await readSigned(core, file, files, true)
  if (!input.ok) return input
  const loaded = await core.call('policy.load', { signature: '', ...input.value })
  return loaded.ok ? ok({ value: loaded.value, lines: describe(loaded.value) }) : loaded
}

export async function policyDiff(
  core: CommandCore,
  file: string | undefined,
  files: PolicyFiles,
): Promise<Result<Spoken<CommandOutput<'policy diff'>>>> {
  const texts = await textsOf(core, file, files, false)
  const compared = texts.ok ? await core.call('policy.diff', { policy: texts.value.policy }) : texts
  if (!compared.ok) return compared
  const { changes, fromVersion, toVersion } = compared.value
  const lines = changes.flatMap(({ where, before, after, direction }) => [
    `${where} (${direction})`,
    `  - ${plain(before)}`,
    `  + ${plain(after)}`,
  ])
  const none = [`Version ${toVersion} says the same as what is in force, version ${fromVersion}.`]
  return ok({ value: compared.value, lines: lines.length === 0 ? none : lines })
}

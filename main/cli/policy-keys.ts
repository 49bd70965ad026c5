/**
 * `holdfast policy sign|keygen`, which need no core. A private key is read from a file that this account alone can read, and is never
 * put into a data folder.
 */
import { randomBytes } from 'node:crypto'
import { lstatSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { CommandOutput } from '../contract/cli.ts'
import { readJson } from '../domain/canonical-json.ts'
import { keyIdText, parseSecretKey, publicKeyFile, publicKeyLine, type SecretKey, secretKeyFile, signBytes } from '../domain/minisign.ts'
import { Policy, policyLimits } from '../domain/policy.ts'
import { fail, ok, type Result } from '../domain/result.ts'
import { fromInvocation } from '../platform/paths.ts'
import { ed25519, newSeed, publicHalf } from '../policy/ed25519.ts'
import { plain, type Spoken } from './output.ts'

const othersMask = 0o077

const unreadable = (file: string) => fail('cli.unreadable', `${plain(file)} cannot be read as text.`, 'Name a file that is there.')
const openToOthers = fail(
  'policy.key_open',
  'Others can read the file with the private key.',
  'Close it with chmod 600, and think whether it was read.',
)
const inData = fail(
  'policy.key_in_data',
  'A private key may not lie in the data folder of Holdfast.',
  'Keep it elsewhere, best on a medium of its own.',
)
const exists = (file: string) =>
  fail('policy.key_exists', `${plain(file)} is there already.`, 'Name another file; a key is never written over.')
const notAPolicy = fail('policy.malformed', 'This is no policy.', 'See what is wrong with it: holdfast policy check.')
const broken = fail(
  'minisign.bad_secret_key',
  'The two halves of the key do not belong together.',
  'Get the key again from where it is kept.',
)

/** Exactly the text that the bytes of a file are. */
export function readText(file: string, bytesMax: number = policyLimits.bytesMax): Result<string> {
  try {
    const bytes = readFileSync(fromInvocation(file))
    if (bytes.length > bytesMax) return unreadable(file)
    return ok(new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes))
  } catch {
    return unreadable(file)
  }
}

function readKey(file: string): Result<SecretKey> {
  const found = lstatSync(fromInvocation(file), { throwIfNoEntry: false })
  if (found === undefined) return unreadable(file)
  if (process.platform !== 'win32' && (found.mode & othersMask) !== 0) return openToOthers
  const text = readText(file)
  const key = text.ok ? parseSecretKey(text.value) : text
  if (!key.ok) return key
  return Buffer.from(publicHalf(key.value.seed)).equals(key.value.key) ? key : broken
}

/** Writes the signature beside the policy. What is signed is at least of the right form. */
export function policySign(
  file: string,
  { key: keyFile, comment }: { readonly key: string; readonly comment?: string },
): Result<Spoken<CommandOutput<'policy sign'>>> {
  const text = readText(file)
  if (!text.ok) return text
  const policy = Policy.safeParse(readJson(text.value))
  if (!policy.success) return notAPolicy
  const key = readKey(keyFile)
  if (!key.ok) return key
  const said = (comment ?? `holdfast policy version ${policy.data.version}`).replaceAll(/[^\x20-\x7e]/g, ' ').slice(0, 200)
  const signature = `${fromInvocation(file)}.minisig`
  writeFileSync(signature, signBytes(new TextEncoder().encode(text.value), key.value, said, ed25519))
  const keyId = keyIdText(key.value.id)
  return ok({
    value: { file: signature, keyId, version: policy.data.version },
    lines: [`${plain(signature)}, signed with the key ${keyId}`],
  })
}

/** Whether a folder above is that of a station: its database lies there. */
function isInData(file: string): boolean {
  for (let folder = dirname(file); ; folder = dirname(folder)) {
    if (lstatSync(join(folder, 'holdfast.db'), { throwIfNoEntry: false }) !== undefined) return true
    if (dirname(folder) === folder) return false
  }
}

/** Makes a key pair in minisign's form, the private half without a password and for this account alone. */
export function policyKeygen(name: string): Result<Spoken<CommandOutput<'policy keygen'>>> {
  const [secretFile, publicFile] = [`${fromInvocation(name)}.key`, `${fromInvocation(name)}.pub`]
  if (isInData(secretFile)) return inData
  const taken = [secretFile, publicFile].find((file) => lstatSync(file, { throwIfNoEntry: false }) !== undefined)
  if (taken !== undefined) return exists(taken)
  const seed = newSeed()
  const key: SecretKey = { id: new Uint8Array(randomBytes(8)), seed, key: publicHalf(seed) }
  try {
    writeFileSync(secretFile, secretKeyFile(key), { mode: 0o600, flag: 'wx' })
    writeFileSync(publicFile, publicKeyFile(key), { flag: 'wx' })
  } catch {
    return fail('cli.not_written', `${plain(secretFile)} could not be written.`, 'Name a folder that you can write.')
  }
  const keyId = keyIdText(key.id)
  return ok({
    value: { keyId, secretFile, publicFile, publicKey: publicKeyLine(key) },
    lines: [
      `Private key: ${plain(secretFile)} (keep it away from this machine)`,
      `Public key:  ${plain(publicFile)}`,
      `Key id:      ${keyId}`,
    ],
  })
}

/**
 * Key files: made, and read by whoever signs. A private key lies in a file that this account alone can read, and never in a data folder.
 */
import { randomBytes } from 'node:crypto'
import { lstatSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import {
  keyIdText,
  type PublicKey,
  parsePublicKey,
  parseSecretKey,
  publicKeyFile,
  publicKeyLine,
  type SecretKey,
  secretKeyFile,
} from '../domain/minisign.ts'
import { policyLimits } from '../domain/policy.ts'
import { fail, ok, type Result } from '../domain/result.ts'
import { fromInvocation } from '../platform/paths.ts'
import { newSeed, publicHalf } from '../policy/ed25519.ts'
import { plain, type Spoken } from './output.ts'

const othersMask = 0o077

const unreadable = (file: string) => fail('cli.unreadable', `${plain(file)} cannot be read as text.`, 'Name a file that is there.')
const openToOthers = fail(
  'key.open',
  'Others can read the file with the private key.',
  'Close it with chmod 600, and think whether it was read.',
)
const inData = fail(
  'key.in_data',
  'A private key may not lie in the data folder of Holdfast.',
  'Keep it elsewhere, best on a medium of its own.',
)
const exists = (file: string) => fail('key.exists', `${plain(file)} is there already.`, 'Name another file; a key is never written over.')
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

export function readSecretKey(file: string): Result<SecretKey> {
  const found = lstatSync(fromInvocation(file), { throwIfNoEntry: false })
  if (found === undefined) return unreadable(file)
  if (process.platform !== 'win32' && (found.mode & othersMask) !== 0) return openToOthers
  const text = readText(file)
  const key = text.ok ? parseSecretKey(text.value) : text
  if (!key.ok) return key
  return Buffer.from(publicHalf(key.value.seed)).equals(key.value.key) ? key : broken
}

/** A key file, or the line that it holds. */
export function readPublicKey(given: string): Result<PublicKey> {
  const line = parsePublicKey(given)
  if (line.ok) return line
  const text = readText(given)
  return text.ok ? parsePublicKey(text.value) : text
}

/** Whether a folder above is that of a station: its database lies there. */
function isInData(file: string): boolean {
  for (let folder = dirname(file); ; folder = dirname(folder)) {
    if (lstatSync(join(folder, 'holdfast.db'), { throwIfNoEntry: false }) !== undefined) return true
    if (dirname(folder) === folder) return false
  }
}

/** Makes a key pair in minisign's form, the private half without a password and for this account alone. */
export function keygen(name: string): Result<Spoken<{ keyId: string; secretFile: string; publicFile: string; publicKey: string }>> {
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

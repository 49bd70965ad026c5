/**
 * The policy as it lies on this machine: the file with its signature, the mark beside the database, and the keys that root gave the
 * machine. Reading never throws: what cannot be read is told from what is not there.
 */
import { closeSync, constants, fstatSync, mkdirSync, openSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { canonicalJson, readJson } from '../domain/canonical-json.ts'
import { type PublicKey, parsePublicKey } from '../domain/minisign.ts'
import { policyLimits } from '../domain/policy.ts'
import { defaultTenant } from '../domain/tenant.ts'
import { type PolicyEvidence, PolicyMark } from './judge.ts'

const limits = { otherBytesMax: 64 * 1024 } as const
const writableByOthers = 0o022

export interface PolicyPlaces {
  /** `policy.json`, with `policy.json.minisig` beside it. */
  readonly file: string
  /** Outside of the database and of the policy's own folder. */
  readonly mark: string
  /** Public keys in minisign's form, one a line; of root alone. */
  readonly trustRoot: string
  /** Who must own the file of keys: 0, but for tests. */
  readonly trustRootOwner: number
}

export const signatureOf = (file: string): string => `${file}.minisig`

/** Links are not followed, and no more is read than may be there. */
function read(
  file: string,
  bytesMax: number,
  isSafe: (owner: number, mode: number) => boolean = () => true,
): Uint8Array | null | 'unreadable' {
  let descriptor: number
  try {
    descriptor = openSync(file, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK)
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'ENOENT' ? null : 'unreadable'
  }
  try {
    const found = fstatSync(descriptor)
    if (!found.isFile() || found.size > bytesMax || !isSafe(found.uid, found.mode)) return 'unreadable'
    return new Uint8Array(readFileSync(descriptor))
  } catch {
    return 'unreadable'
  } finally {
    closeSync(descriptor)
  }
}

const textOf = (bytes: Uint8Array | null | 'unreadable'): string | null | 'unreadable' =>
  bytes === null || bytes === 'unreadable' ? bytes : Buffer.from(bytes).toString('latin1')

function readMark(file: string): PolicyMark | null | 'unreadable' {
  const text = textOf(read(file, limits.otherBytesMax))
  if (text === null || text === 'unreadable') return text
  const mark = PolicyMark.safeParse(readJson(text))
  return mark.success ? mark.data : 'unreadable'
}

/** Every line that is no comment must be a key. Windows has no such file. */
function readTrustRoot({ trustRoot, trustRootOwner }: PolicyPlaces): readonly PublicKey[] | null | 'unreadable' {
  if (process.platform === 'win32') return null
  const isSafe = (owner: number, mode: number) => owner === trustRootOwner && (mode & writableByOthers) === 0
  const text = textOf(read(trustRoot, limits.otherBytesMax, isSafe))
  if (text === null || text === 'unreadable') return text
  const lines = text.split('\n').filter((line) => line.trim() !== '' && !line.startsWith('untrusted comment:'))
  const keys = lines.flatMap((line) => {
    const key = parsePublicKey(line.trim())
    return key.ok ? [key.value] : []
  })
  return keys.length === 0 || keys.length !== lines.length || keys.length > policyLimits.signersMax ? 'unreadable' : keys
}

export const readPolicyFiles = (places: PolicyPlaces): Pick<PolicyEvidence, 'mark' | 'file' | 'signature' | 'trustRoot'> => ({
  mark: readMark(places.mark),
  file: read(places.file, policyLimits.bytesMax),
  signature: textOf(read(signatureOf(places.file), limits.otherBytesMax)),
  trustRoot: readTrustRoot(places),
})

/** Durable, each whole or as it was; the mark last. `write` replaces a file. Throws when the disk is full. */
export function writePolicyFiles(
  { file, mark: markFile }: PolicyPlaces,
  policy: { readonly bytes: Uint8Array; readonly signature: string; readonly mark: PolicyMark },
  write: (file: string, content: string | Uint8Array) => void,
): void {
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 })
  write(file, policy.bytes)
  write(signatureOf(file), policy.signature)
  write(markFile, `${canonicalJson(policy.mark)}\n`)
}

/** Where a tenant's policy lies; that of a workstation lies where the manual says. */
export function policyPlaces(data: string, tenant: string): Pick<PolicyPlaces, 'file' | 'mark'> {
  const isOnly = tenant === defaultTenant
  return {
    file: isOnly ? join(data, 'policy', 'policy.json') : join(data, 'policy', tenant, 'policy.json'),
    mark: join(data, isOnly ? 'policy-accepted.json' : `policy-accepted-${tenant}.json`),
  }
}

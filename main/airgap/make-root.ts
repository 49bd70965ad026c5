/** Writes a root of trust, and adds signatures to it. The folder holds the whole chain: it travels with every bundle. */
import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { writeStrictJson } from '../domain/airgap/strict-json.ts'
import { readRoot, rootFault, rootLimits, type TrustRoot } from '../domain/airgap/trust-root.ts'
import { type Ed25519, keyIdText, type PublicKey, publicKeyLine, type SecretKey, signBytes } from '../domain/minisign.ts'
import { fail, ok, type Result } from '../domain/result.ts'
import { readBounded, textOf } from './bounded-read.ts'
import { syncFile } from './durable.ts'

export interface RootRequest {
  readonly purpose: TrustRoot['purpose']
  readonly createdAt: string
  /** Each key with the name of who holds it. */
  readonly keys: ReadonlyArray<{ readonly key: PublicKey; readonly name: string }>
  readonly roles: TrustRoot['roles']
}

const fileOf = (version: number): string => `${version}.root.json`

/** The newest version in a folder; 0 when there is none. */
export function newestRoot(folder: string): number {
  let version = 0
  while (existsSync(join(folder, fileOf(version + 1)))) version += 1
  return version
}

export function readRootFile(folder: string, version: number): TrustRoot | null {
  const bytes = readBounded(join(folder, fileOf(version)), fileOf(version), rootLimits.bytesMax)
  const text = bytes.ok ? textOf(bytes.value) : null
  return text === null ? null : readRoot(text)
}

/** Writes the next version, unsigned. Nothing is written over. */
export function writeRoot(folder: string, { purpose, createdAt, keys, roles }: RootRequest): Result<{ root: TrustRoot; file: string }> {
  const before = newestRoot(folder)
  const root: TrustRoot = {
    format: 'holdfast-root-1',
    purpose,
    version: before + 1,
    createdAt,
    keys: keys.map(({ key, name }) => ({ id: keyIdText(key.id), alg: 'ed25519', key: publicKeyLine(key), name })),
    roles,
  }
  const fault = rootFault(root)
  if (fault !== null) return fail('bundle.root_wrong', `This root contradicts itself: ${fault}.`, 'Mend it, then write it again.')
  const earlier = before === 0 ? null : readRootFile(folder, before)
  if (earlier !== null && earlier.purpose !== purpose)
    return fail('bundle.root_wrong', 'A development root cannot become one for production, nor the other way round.', 'Begin a new chain.')
  mkdirSync(folder, { recursive: true })
  const file = join(folder, fileOf(root.version))
  writeFileSync(file, writeStrictJson(root), { flag: 'wx', mode: 0o644 })
  return ok({ root, file })
}

/** Adds one signature; the key must be one that this root or the one before names for roots. */
export function signRoot(folder: string, version: number, key: SecretKey, ed25519: Ed25519): Result<{ keyId: string; file: string }> {
  const [root, before] = [readRootFile(folder, version), version > 1 ? readRootFile(folder, version - 1) : null]
  const bytes = readBounded(join(folder, fileOf(version)), fileOf(version), rootLimits.bytesMax)
  if (root === null || !bytes.ok)
    return fail('bundle.root_malformed', 'There is no root of that version here.', 'Name a version that is there.')
  const keyId = keyIdText(key.id)
  if (!root.roles.root.keys.includes(keyId) && before?.roles.root.keys.includes(keyId) !== true)
    return fail(
      'bundle.not_a_signer',
      `The key ${keyId} may not sign this root.`,
      'Sign with a key that it, or the root before it, names for roots.',
    )
  const file = join(folder, `${fileOf(version)}.${keyId}.minisig`)
  writeFileSync(file, signBytes(bytes.value, key, `holdfast root ${version} ${root.purpose}`, ed25519), { mode: 0o644 })
  syncFile(file)
  return ok({ keyId, file })
}

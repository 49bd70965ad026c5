/** `holdfast bundle root …`: who may sign bundles. None of it needs a core. */

import { statSync } from 'node:fs'
import { basename, join } from 'node:path'
import { hashOfFile } from '../airgap/copy-part.ts'
import { newestRoot, readRootFile, signRoot, writeRoot } from '../airgap/make-root.ts'
import type { CommandOutput } from '../contract/cli.ts'
import { signerRoles, type TrustRoot } from '../domain/airgap/trust-root.ts'
import { keyIdText, type PublicKey } from '../domain/minisign.ts'
import { fail, ok, type Result } from '../domain/result.ts'
import { fromInvocation } from '../platform/paths.ts'
import { ed25519 } from '../policy/ed25519.ts'
import { readPublicKey, readSecretKey } from './key-files.ts'
import { plain, type Spoken } from './output.ts'

export interface RootOptions {
  readonly rootKey: readonly string[]
  readonly rootThreshold: number
  readonly bundleKey: readonly string[]
  readonly bundleThreshold: number
  readonly modelsKey?: readonly string[]
  readonly modelsThreshold: number
  readonly siteKey?: readonly string[]
  readonly siteThreshold: number
  readonly development?: true
  readonly created?: string
}

const none = fail('bundle.no_root', 'There is no root in this folder.', 'Make one: holdfast bundle root new.')
const newLine = '  Compare this fingerprint on another way than the medium.'

/** In groups, as it is read out. */
export const grouped = (hex: string): string => hex.match(/.{1,8}/g)?.join(' ') ?? hex

/** The time in the form that bundles have. */
export const timeOf = (given: string | undefined): string => given ?? new Date().toISOString().replace(/\.\d+Z$/, 'Z')

async function describe(folder: string, root: TrustRoot): Promise<Spoken<CommandOutput<'bundle root show'>>> {
  const file = join(folder, `${root.version}.root.json`)
  const hash = await hashOfFile(file, basename(file), statSync(file).size, {})
  const fingerprint = hash.ok ? hash.value : ''
  const name = (id: string) => root.keys.find((key) => key.id === id)?.name ?? ''
  const roles = signerRoles.flatMap((role) => {
    const signers = root.roles[role]
    return signers === null ? [] : [{ role, threshold: signers.threshold, keys: signers.keys.map((id) => ({ keyId: id, name: name(id) })) }]
  })
  return {
    value: { file, version: root.version, purpose: root.purpose, fingerprint, roles },
    lines: [
      `${root.purpose === 'development' ? 'DEVELOPMENT ROOT (for nobody’s use)' : 'Root'}, version ${root.version}: ${plain(file)}`,
      `Fingerprint  ${grouped(fingerprint)}`,
      newLine,
      ...roles.map(
        ({ role, threshold, keys }) =>
          `  ${role.padEnd(8)} ${threshold} of ${keys.length}: ${keys.map(({ keyId, name: who }) => `${keyId} ${plain(who)}`).join(', ')}`,
      ),
    ],
  }
}

/** A key's name is that of its file. */
function readKeys(files: readonly string[]): Result<ReadonlyArray<{ key: PublicKey; name: string }>> {
  const keys: { key: PublicKey; name: string }[] = []
  for (const file of files) {
    const key = readPublicKey(file)
    if (!key.ok) return key
    keys.push({
      key: key.value,
      name: basename(file)
        .replace(/\.pub$/, '')
        .slice(0, 80),
    })
  }
  return ok(keys)
}

export async function rootNew(folder: string, options: RootOptions): Promise<Result<Spoken<CommandOutput<'bundle root show'>>>> {
  const groups = [
    ['root', options.rootKey, options.rootThreshold],
    ['bundle', options.bundleKey, options.bundleThreshold],
    ['models', options.modelsKey ?? [], options.modelsThreshold],
    ['site', options.siteKey ?? [], options.siteThreshold],
  ] as const
  const all = new Map<string, { key: PublicKey; name: string }>()
  const roles: Partial<Record<(typeof groups)[number][0], TrustRoot['roles']['root']>> = {}
  for (const [role, files, threshold] of groups) {
    const keys = readKeys(files)
    if (!keys.ok) return keys
    for (const one of keys.value) all.set(keyIdText(one.key.id), one)
    if (keys.value.length > 0) roles[role] = { threshold, keys: keys.value.map(({ key }) => keyIdText(key.id)) }
  }
  if (roles.root === undefined || roles.bundle === undefined)
    return fail('bundle.root_wrong', 'A root names keys for roots and for bundles.', 'Give --root-key and --bundle-key.')
  const at = fromInvocation(folder)
  const written = writeRoot(at, {
    purpose: options.development === true ? 'development' : 'production',
    createdAt: timeOf(options.created),
    keys: [...all.values()],
    roles: { root: roles.root, bundle: roles.bundle, models: roles.models ?? null, site: roles.site ?? null },
  })
  return written.ok ? ok(await describe(at, written.value.root)) : written
}

export function rootSign(
  folder: string,
  { key, version }: { readonly key: string; readonly version?: number },
): Result<Spoken<CommandOutput<'bundle root sign'>>> {
  const at = fromInvocation(folder)
  const secret = readSecretKey(key)
  if (!secret.ok) return secret
  const signed = signRoot(at, version ?? newestRoot(at), secret.value, ed25519)
  return signed.ok ? ok({ value: signed.value, lines: [`${plain(signed.value.file)}, signed with the key ${signed.value.keyId}`] }) : signed
}

export async function rootShow(folder: string): Promise<Result<Spoken<CommandOutput<'bundle root show'>>>> {
  const at = fromInvocation(folder)
  const root = readRootFile(at, newestRoot(at))
  return root === null ? none : ok(await describe(at, root))
}

/**
 * Who may sign what. A root names the keys of each role and how many of them must sign; the next root is signed by the thresholds of both, so
 * that keys change without anybody going around to the machines.
 */
import * as z from 'zod'
import { keyIdText, type PublicKey, parsePublicKey } from '../minisign.ts'
import { KeyId } from './manifest.ts'
import { readStrictJson } from './strict-json.ts'

export const rootLimits = { bytesMax: 64 * 1024, keysMax: 32, versionMax: 1_000 } as const

/**
 * `root` signs roots alone. `bundle` signs bundles. `models` may vouch for a bundle of models, and for nothing else. `site` counter-signs what the
 * receiving side has looked at.
 */
export const signerRoles = ['root', 'bundle', 'models', 'site'] as const
export type SignerRole = (typeof signerRoles)[number]

const Signers = z.strictObject({ threshold: z.int().min(1).max(rootLimits.keysMax), keys: z.array(KeyId).min(1).max(rootLimits.keysMax) })

export const TrustRoot = z.strictObject({
  format: z.literal('holdfast-root-1'),
  /** Shown wherever a signature is: what a development root vouches for is for nobody's use. */
  purpose: z.enum(['production', 'development']),
  version: z.int().min(1).max(rootLimits.versionMax),
  createdAt: z.iso.datetime({ precision: 0, offset: false }),
  keys: z
    .array(z.strictObject({ id: KeyId, alg: z.literal('ed25519'), key: z.string().max(80), name: z.string().min(1).max(80) }))
    .min(1)
    .max(rootLimits.keysMax),
  roles: z.strictObject({ root: Signers, bundle: Signers, models: Signers.nullable(), site: Signers.nullable() }),
})
export type TrustRoot = z.infer<typeof TrustRoot>

export const readRoot = (text: string): TrustRoot | null => {
  const root = readStrictJson(text, TrustRoot)
  return root === null || rootFault(root) !== null ? null : root
}

/** Why this root contradicts itself, or null. */
export function rootFault({ keys, roles }: TrustRoot): string | null {
  const ids = new Set(keys.map(({ id }) => id))
  if (ids.size !== keys.length) return 'two keys have one id'
  if (new Set(keys.map(({ key }) => key)).size !== keys.length) return 'one key has two ids'
  for (const { id, key } of keys) {
    const parsed = parsePublicKey(key)
    if (!parsed.ok || keyIdText(parsed.value.id) !== id) return `${id} is not the id of its key`
  }
  for (const role of signerRoles) {
    const signers = roles[role]
    if (signers === null) continue
    const distinct = new Set(signers.keys)
    if (distinct.size !== signers.keys.length) return `${role} names a key twice`
    if (signers.keys.some((id) => !ids.has(id))) return `${role} names a key that is not there`
    if (signers.threshold > distinct.size) return `${role} wants more signatures than it has keys`
  }
  const rootKeys = new Set(roles.root.keys)
  // A key that signs roots lies in a safe; one that signs bundles lies at hand.
  if ([roles.bundle, roles.models, roles.site].some((signers) => signers?.keys.some((id) => rootKeys.has(id)) === true))
    return 'a key of the root signs something else, too'
  const makers = new Set([...roles.bundle.keys, ...(roles.models?.keys ?? [])])
  if (roles.site?.keys.some((id) => makers.has(id)) === true) return 'a key of the site signs bundles, too'
  return null
}

export function publicKeyOf(root: TrustRoot, id: string): PublicKey | null {
  const found = root.keys.find((key) => key.id === id)
  const parsed = found === undefined ? null : parsePublicKey(found.key)
  return parsed?.ok === true ? parsed.value : null
}

/** Whether so many different keys of a role have signed. `signed` are ids whose signatures hold; revoked ones count for nothing. */
export function isVouchedFor(root: TrustRoot, role: SignerRole, signed: readonly string[], revoked: ReadonlySet<string>): boolean {
  const signers = root.roles[role]
  if (signers === null) return false
  const counted = new Set(signed.filter((id) => signers.keys.includes(id) && !revoked.has(id)))
  return counted.size >= signers.threshold
}

/** Whether the second root lets others sign bundles than the first: counting starts anew then. */
export const isNewEpoch = (before: TrustRoot, after: TrustRoot): boolean =>
  JSON.stringify([before.roles.bundle, before.roles.models]) !== JSON.stringify([after.roles.bundle, after.roles.models])

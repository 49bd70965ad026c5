/** What one signature is not enough for: a model whose hash nobody published may be anything. */
import { fail } from '../result.ts'
import type { BundleManifest } from './manifest.ts'
import type { TrustRoot } from './trust-root.ts'

/** Why these signers may not vouch for this bundle, or null. */
export function unvouched({ artifacts }: BundleManifest, { roles }: TrustRoot) {
  const loose = artifacts.find(({ kind, upstream }) => kind === 'model' && (upstream === null || upstream.sha256 === null))
  const threshold = Math.min(roles.bundle.threshold, roles.models?.threshold ?? roles.bundle.threshold)
  if (loose === undefined || threshold >= 2) return null
  return fail(
    'bundle.unvouched_model',
    `${loose.id} has no hash from where it was published, and one person could sign for it alone.`,
    'Record the hash that was published, or use a root under which two people sign.',
  )
}

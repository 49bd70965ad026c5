/** Whose bundles this station takes: said once by a person who compared a fingerprint, kept in two places, and never less than it was. */
import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import type { AirgapPlaces } from '../airgap/places.ts'
import { type HeldRoot, selfSigned } from '../airgap/root-chain.ts'
import { firstTrust, type HeldTrust, keepRoot, readFileState, readTrust, TrustRecord, writeTrustFile } from '../airgap/trust-store.ts'
import type { Actor } from '../domain/actor.ts'
import type { Acceptance, TrustState } from '../domain/airgap/acceptance.ts'
import { fail, ok, type Result } from '../domain/result.ts'
import type { StationEvent } from '../domain/station-events.ts'
import { ed25519 } from '../policy/ed25519.ts'
import { sha256 } from '../store/event-log.ts'
import type { Settings } from '../store/settings.ts'

const key = 'airgap.trust'
/** No clock before this one is right. */
const builtMs = Date.UTC(2026, 0, 1)
const entriesMax = 10_000

const noRoot = fail(
  'bundle.fingerprint_wrong',
  'No root on this medium has that fingerprint.',
  'Compare it with the transfer sheet once more. If it differs, do not use this medium.',
)
const isTrusting = fail(
  'bundle.trust_set',
  'This station has a root already; it follows new ones by their signatures.',
  'Load a bundle that carries the newer root.',
)
const otherRoot = fail(
  'bundle.other_root',
  'This installation was verified under another root.',
  'Compare the fingerprint with the one that was used at the installation; it stands in its folder, in trust/root.',
)
const older = fail(
  'bundle.root_stale',
  'This station has trusted a newer root than this one.',
  'Take the fingerprint of the newest root from the transfer sheet.',
)

export interface BundleTrust {
  read(): Result<HeldTrust | null>
  /** After the root was kept; the record comes first, and then the file. */
  advance(next: TrustState, actor: Actor, event: StationEvent): void
  accept(newest: HeldRoot, acceptance: Acceptance, actor: Actor, event: StationEvent): void
  /** The root on a medium whose fingerprint a person has compared. */
  begin(folder: string, fingerprint: string, actor: Actor): Result<null>
}

export function createBundleTrust(
  places: AirgapPlaces,
  settings: Settings,
  /** Roots under which the installation itself was verified; where there are any, another is not taken. */
  installedRoots: () => ReadonlySet<string>,
  /** One transaction around what is written and the event. */
  commit: (actor: Actor, event: StationEvent, write: () => void) => void,
): BundleTrust {
  const recorded = () => TrustRecord.safeParse(settings.get(key)).data ?? null
  const read = () => readTrust(places, settings.get(key), sha256)

  const advance: BundleTrust['advance'] = (next, actor, event) => {
    commit(actor, event, () => settings.set(key, { now: next, was: recorded()?.now ?? null }))
    writeTrustFile(places, next)
  }

  function findRoot(folder: string, fingerprint: string): HeldRoot | null {
    const root = join(folder, 'root')
    const files = existsSync(root) ? readdirSync(root).slice(0, entriesMax) : []
    for (const name of files) {
      const version = Number(/^([1-9]\d{0,3})\.root\.json$/.exec(name)?.[1] ?? 0)
      if (version === 0) continue
      const signers = files.flatMap((file) => (file.startsWith(`${name}.`) ? (/\.([0-9A-F]{16})\.minisig$/.exec(file)?.[1] ?? []) : []))
      const found = selfSigned(folder, version, signers, { ed25519, sha256 })
      if (found.ok && found.value.digest === fingerprint) return found.value
    }
    return null
  }

  return {
    read,
    advance,
    accept: (newest, { next }, actor, event) => {
      keepRoot(places, newest)
      advance(next, actor, event)
    },
    begin: (folder, fingerprint, actor) => {
      const held = read()
      if (held.ok && held.value !== null) return isTrusting
      const installed = installedRoots()
      if (installed.size > 0 && !installed.has(fingerprint)) return otherRoot
      const found = findRoot(folder, fingerprint)
      if (found === null) return noRoot
      const file = readFileState(places)
      const known = [recorded()?.now ?? null, file === 'unreadable' ? null : file].filter((state) => state !== null)
      // What was known is not forgotten: roots, numbers and what was called back only grow.
      if (known.some(({ root }) => found.root.version < root.version)) return older
      const state = firstTrust(found, builtMs, known)
      const event: StationEvent = {
        type: 'bundle.trusted',
        rootVersion: found.root.version,
        root: { alg: 'sha256', value: fingerprint },
      }
      keepRoot(places, found)
      commit(actor, event, () => settings.set(key, { now: state, was: null }))
      writeTrustFile(places, state)
      return ok(null)
    },
  }
}

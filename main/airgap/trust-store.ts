/**
 * What this station trusts, kept in two places that nobody changes by one mistake: on record in the database, and in a file beside it. Where they
 * disagree, nothing is loaded until a person has looked.
 */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import * as z from 'zod'
import { TrustState } from '../domain/airgap/acceptance.ts'
import { readRoot } from '../domain/airgap/trust-root.ts'
import { canonicalJson, readJson } from '../domain/canonical-json.ts'
import type { Sha256 } from '../domain/digest.ts'
import { fail, ok, type Result } from '../domain/result.ts'
import { readBounded, textOf } from './bounded-read.ts'
import { writeWhole } from './durable.ts'
import type { AirgapPlaces } from './places.ts'
import type { HeldRoot } from './root-chain.ts'

/** What is on record: how it stands, and how it stood before, for a file that was not written any more. */
export const TrustRecord = z.strictObject({ now: TrustState, was: TrustState.nullable() })
export type TrustRecord = z.infer<typeof TrustRecord>

export interface HeldTrust {
  readonly state: TrustState
  readonly root: HeldRoot
}

const disagrees = fail(
  'bundle.trust_disagrees',
  'What this station has on record of whom it trusts is not what lies beside it.',
  'Find out who changed it. An administrator then says again whom to trust: holdfast bundle trust.',
)
const limits = { stateBytesMax: 4 * 1024 * 1024, rootBytesMax: 64 * 1024 } as const

export const rootPlace = ({ roots }: AirgapPlaces, version: number): string => join(roots, `${version}.root.json`)

const same = (a: TrustState | null, b: TrustState | null): boolean => canonicalJson(a) === canonicalJson(b)

/** What the file beside the database says. */
export function readFileState({ trust }: AirgapPlaces): TrustState | null | 'unreadable' {
  if (!existsSync(trust)) return null
  const bytes = readBounded(trust, 'trust.json', limits.stateBytesMax)
  const text = bytes.ok ? textOf(bytes.value) : null
  const parsed = TrustState.safeParse(text === null ? null : readJson(text))
  return parsed.success ? parsed.data : 'unreadable'
}

/** Null when nobody has said yet whom to trust. `recorded` is what the database says. */
export function readTrust(places: AirgapPlaces, recorded: unknown, sha256: Sha256): Result<HeldTrust | null> {
  const file = readFileState(places)
  if (recorded === undefined) return file === null ? ok(null) : disagrees
  const parsed = TrustRecord.safeParse(recorded)
  if (!parsed.success || file === 'unreadable') return disagrees
  const { now, was } = parsed.data
  if (!same(file, now)) {
    // Ended between the record and the file: the record came first, and counts.
    if (!same(file, was)) return disagrees
    writeTrustFile(places, now)
  }
  const { version, digest } = now.root
  const bytes = readBounded(rootPlace(places, version), `${version}.root.json`, limits.rootBytesMax)
  const text = bytes.ok ? textOf(bytes.value) : null
  const root = text === null ? null : readRoot(text)
  if (!bytes.ok || text === null || root === null || sha256(bytes.value) !== digest.value) return disagrees
  return ok({ state: now, root: { root, text, digest: digest.value } })
}

/** After the record was committed. */
export const writeTrustFile = (places: AirgapPlaces, state: TrustState): void => writeWhole(places.trust, `${canonicalJson(state)}\n`)

/** Before the record: a root that is on record must be there. */
export const keepRoot = (places: AirgapPlaces, { root, text }: HeldRoot): void => writeWhole(rootPlace(places, root.version), text)

/** For a station that trusts nobody yet, or whose record is lost: from a root that a person has compared. Nothing that was known is forgotten. */
export function firstTrust({ root, digest }: HeldRoot, builtMs: number, known: readonly TrustState[]): TrustState {
  const most = (pick: (state: TrustState) => number, least = 0) => Math.max(least, ...known.map(pick))
  const united = (pick: (state: TrustState) => readonly string[]) => [...new Set(known.flatMap(pick))].sort()
  return {
    root: { version: root.version, digest: { alg: 'sha256', value: digest } },
    // Whether the keys of bundles changed in between is not known: the stricter count goes on.
    epoch: known.length === 0 ? root.version : most(({ epoch }) => epoch),
    channel: known.find(({ channel }) => channel !== null)?.channel ?? null,
    highest: { bundle: most(({ highest }) => highest.bundle), models: most(({ highest }) => highest.models) },
    minSeq: most(({ minSeq }) => minSeq),
    minSeqBefore: most(({ minSeqBefore }) => minSeqBefore),
    revoked: {
      bundles: united(({ revoked }) => revoked.bundles),
      blobs: united(({ revoked }) => revoked.blobs),
      keys: united(({ revoked }) => revoked.keys),
    },
    timeFloorMs: most(({ timeFloorMs }) => timeFloorMs, builtMs),
  }
}

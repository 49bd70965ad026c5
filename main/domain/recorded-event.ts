/** An event as it stands in the log: in order, with its actor and label, chained to the one before it in its stream. */
import * as z from 'zod'
import { Actor } from './actor.ts'
import { canonicalJson } from './canonical-json.ts'
import type { Sha256 } from './digest.ts'
import { Label } from './label.ts'
import { MissionEvent } from './mission/events.ts'
import { RunEvent } from './run/events.ts'
import { StationEvent } from './station-events.ts'

const time = z.int().min(0)

/** `seq` orders everything; `version` counts within one stream (the id of a run or a mission, or the tenant's name). */
export const RecordedEvent = z.strictObject({
  seq: z.int().min(1),
  stream: z.string(),
  version: z.int().min(1),
  at: time,
  tenant: z.string(),
  actor: Actor,
  label: Label,
  event: z.union([RunEvent, StationEvent, MissionEvent]),
  previous: z.string(),
  hash: z.string(),
})
export type RecordedEvent = z.infer<typeof RecordedEvent>

/** What the first event of a stream is chained to. */
export const chainStart = `sha256:${'0'.repeat(64)}`

/** The parts of a recorded event that are hashed; objects as canonical JSON, so that whoever has it need not write it again. */
export interface HashedParts extends Pick<RecordedEvent, 'stream' | 'version' | 'at' | 'tenant' | 'previous'> {
  readonly actor: string
  readonly event: string
  readonly label: string
}

/** SHA-256(0x00 ‖ canonical JSON): the leaf hash of RFC 6962 over everything but `seq` and the hash itself. The keys stand in their order. */
export function hashParts({ actor, at, event, label, previous, stream, tenant, version }: HashedParts, sha256: Sha256): string {
  const rest = canonicalJson({ previous, stream, tenant, version })
  return `sha256:${sha256(`\u0000{"actor":${actor},"at":${at},"event":${event},"label":${label},${rest.slice(1)}`)}`
}

export const hashEvent = ({ actor, event, label, ...rest }: Omit<RecordedEvent, 'seq' | 'hash'>, sha256: Sha256): string =>
  hashParts({ ...rest, actor: canonicalJson(actor), event: canonicalJson(event), label: canonicalJson(label) }, sha256)

/** The first version at which a stream's chain breaks, or null when it holds. Events are in order from the first. */
export function findBreak(events: ReadonlyArray<Omit<RecordedEvent, 'seq'> & { readonly seq?: number }>, sha256: Sha256): number | null {
  let previous = chainStart
  for (const [index, recorded] of events.entries()) {
    const { seq: _seq, hash, ...rest } = recorded
    if (recorded.version !== index + 1 || recorded.previous !== previous || hashEvent(rest, sha256) !== hash) return recorded.version
    previous = hash
  }
  return null
}

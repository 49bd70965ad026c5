/** The append-only log of every durable fact. One transaction holds the events, what they change in the projections, and nothing else is told before it is committed. */
import { createHash } from 'node:crypto'
import { Actor } from '../domain/actor.ts'
import { canonicalJson } from '../domain/canonical-json.ts'
import type { Sha256 } from '../domain/digest.ts'
import type { Label } from '../domain/label.ts'
import { chainStart, hashParts, RecordedEvent } from '../domain/recorded-event.ts'
import type { Labels } from './labels.ts'
import type { Db } from './open.ts'

export const sha256: Sha256 = (data) => createHash('sha256').update(data).digest('hex')

export interface Append {
  readonly stream: string
  /** The version that the writer saw last; another means that somebody wrote in between, and nothing is written. */
  readonly expectedVersion: number
  readonly events: ReadonlyArray<RecordedEvent['event']>
  readonly actor: Actor
  readonly label: Label
  readonly at: number
}

export interface EventLog {
  /** Call inside a transaction, with the projections. Throws on a version that is not the expected one. */
  append(append: Append): readonly RecordedEvent[]
  versionOf(stream: string): number
  /**
   * Takes in a whole stream as it was recorded elsewhere; its hashes stay what they are. Call inside a transaction. Throws when the
   * stream is here already, or when an event would not have the hash that it brings.
   */
  appendRecorded(events: ReadonlyArray<Omit<RecordedEvent, 'seq'>>): readonly RecordedEvent[]
  readStream(stream: string, afterVersion?: number, limit?: number): readonly RecordedEvent[]
  /** A stream as far as it can be read: the version of the first row that is no event stands beside it. For those who look for damage. */
  readWhole(stream: string): { readonly events: readonly RecordedEvent[]; readonly unreadable: number | null }
  /** The tenant's durable events after `seq`, oldest first. */
  readAfter(seq: number, limit: number): readonly RecordedEvent[]
  lastSeq(): number
}

interface Row {
  readonly seq: number
  readonly stream: string
  readonly version: number
  readonly at_ms: number
  readonly tenant_id: string
  readonly actor: string
  readonly label_id: number
  readonly body: string
  readonly previous: string
  readonly hash: string
}

export function createEventLog(db: Db, labels: Labels, tenant: string): EventLog {
  const insert = db.prepare(
    'INSERT INTO events (stream, version, type, at_ms, tenant_id, actor, label_id, body, previous, hash) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)',
  )
  const head = db.prepare<[string, string], { version: number; hash: string }>(
    'SELECT version, hash FROM events WHERE tenant_id = ? AND stream = ? ORDER BY version DESC LIMIT 1',
  )
  const last = db.prepare<[string], { seq: number }>('SELECT seq FROM events WHERE tenant_id = ? ORDER BY seq DESC LIMIT 1')
  const ofStream = db.prepare<[string, string, number, number], Row>(
    'SELECT * FROM events WHERE tenant_id = ? AND stream = ? AND version > ? ORDER BY version LIMIT ?',
  )
  const after = db.prepare<[string, number, number], Row>('SELECT * FROM events WHERE tenant_id = ? AND seq > ? ORDER BY seq LIMIT ?')

  const parse = (row: Row): RecordedEvent =>
    RecordedEvent.parse({
      seq: row.seq,
      stream: row.stream,
      version: row.version,
      at: row.at_ms,
      tenant: row.tenant_id,
      actor: JSON.parse(row.actor),
      label: labels.labelOf(row.label_id),
      event: JSON.parse(row.body),
      previous: row.previous,
      hash: row.hash,
    })

  /** Actors are few objects that never change. */
  const known = new WeakMap<Actor, string>()
  const whoOf = (actor: Actor): string => {
    const before = known.get(actor)
    if (before !== undefined) return before
    const who = canonicalJson(Actor.parse(actor))
    known.set(actor, who)
    return who
  }

  return {
    append: ({ stream, expectedVersion, events, actor, label, at }) => {
      const found = head.get(tenant, stream) ?? { version: 0, hash: chainStart }
      if (found.version !== expectedVersion) throw new Error(`stream ${stream} is at ${found.version}, not ${expectedVersion}`)
      const who = whoOf(actor)
      const labelId = labels.idOf(label)
      const { value: stored, text: labelText } = labels.canonical(label)
      let previous = found.hash
      return events.map((event, index) => {
        const body = canonicalJson(event)
        const about = { stream, version: expectedVersion + index + 1, at, tenant, previous }
        const hash = hashParts({ ...about, actor: who, event: body, label: labelText }, sha256)
        const unsigned = { ...about, actor, label: stored, event }
        const { lastInsertRowid } = insert.run(stream, about.version, event.type, at, tenant, who, labelId, body, previous, hash)
        previous = hash
        return { seq: Number(lastInsertRowid), ...unsigned, hash }
      })
    },
    appendRecorded: (events) => {
      const [first] = events
      if (first !== undefined && head.get(tenant, first.stream) !== undefined) throw new Error(`stream ${first.stream} is here already`)
      const known = new Map<string, { readonly value: Label; readonly text: string; readonly id: number }>()
      const labelOf = (label: Label) => {
        const text = canonicalJson(label)
        const found = known.get(text) ?? { ...labels.canonical(label), id: labels.idOf(label) }
        known.set(text, found)
        return found
      }
      let last = { version: 0, hash: chainStart }
      return events.map((recorded) => {
        const { stream, version, at, tenant: owner, previous, hash, ...rest } = recorded
        if (stream !== first?.stream || version !== last.version + 1 || previous !== last.hash)
          throw new Error(`event ${version} does not follow in its stream`)
        const label = labelOf(recorded.label)
        const [actor, event] = [canonicalJson(rest.actor), canonicalJson(rest.event)]
        if (hashParts({ stream, version, at, tenant: owner, previous, actor, event, label: label.text }, sha256) !== hash)
          throw new Error(`event ${version} has another hash`)
        last = { version, hash }
        const { lastInsertRowid } = insert.run(stream, version, rest.event.type, at, owner, actor, label.id, event, previous, hash)
        return { ...recorded, seq: Number(lastInsertRowid), label: label.value }
      })
    },
    readWhole: (stream) => {
      const events: RecordedEvent[] = []
      for (const row of ofStream.all(tenant, stream, 0, -1)) {
        try {
          events.push(parse(row))
        } catch {
          return { events, unreadable: row.version }
        }
      }
      return { events, unreadable: null }
    },
    versionOf: (stream) => head.get(tenant, stream)?.version ?? 0,
    readStream: (stream, afterVersion = 0, limit = -1) => ofStream.all(tenant, stream, afterVersion, limit).map(parse),
    readAfter: (seq, limit) => after.all(tenant, seq, limit).map(parse),
    lastSeq: () => last.get(tenant)?.seq ?? 0,
  }
}

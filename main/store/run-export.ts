/** Writes an ended run as one canonical JSON text, with everything that its events point at. Works on any connection; reads only. */
import { canonicalJson } from '../domain/canonical-json.ts'
import type { Digest } from '../domain/digest.ts'
import { fail, ok, type Result } from '../domain/result.ts'
import { RunEvent } from '../domain/run/events.ts'
import {
  bodyRefsIn,
  type CarriedBody,
  type CarriedEvent,
  type RunFile,
  runFileFormat,
  runFileLimits,
  runFileVersion,
  toldBy,
} from '../domain/run/run-file.ts'
import { isTerminal, RunStatus } from '../domain/run/transitions.ts'
import { createBodyReader } from './body-reader.ts'
import { createEventLog, sha256 } from './event-log.ts'
import { createLabels } from './labels.ts'
import type { Db } from './open.ts'
import { createRuns } from './runs.ts'

export interface ExportRequest {
  readonly runId: string
  readonly tenant: string
  /** The folder of large bodies. */
  readonly blobs: string
  readonly engine: RunFile['engine']
}

const unknown = fail('run.unknown', 'There is no such run.', 'List the runs to see what there is.')
const notEnded = fail('run.not_ended', 'Only a run that has ended can be exported.', 'Wait for it, or cancel it first.')
const tooLarge = fail('runfile.too_large', 'The run is larger than one file may be.', 'Look at its texts one by one.')
const damaged = fail('body.damaged', 'A text of this run cannot be read any more.', 'Run the self-check, or bring back a backup.')

/** The events as they were recorded where the run was made: that it was carried here is no part of it. */
function originalEvents(db: Db, tenant: string, runId: string): readonly CarriedEvent[] {
  const events: CarriedEvent[] = []
  for (const { seq: _seq, event, ...recorded } of createEventLog(db, createLabels(db), tenant).readStream(runId)) {
    if (event.type === 'run.imported') break
    events.push({ ...recorded, event: RunEvent.parse(event) })
  }
  return events
}

function carryBodies(db: Db, tenant: string, blobs: string, events: readonly CarriedEvent[]): Result<Pick<RunFile, 'bodies' | 'purged'>> {
  const read = createBodyReader(db, tenant, blobs)
  const [bodies, purged, seen]: [CarriedBody[], string[], Set<string>] = [[], [], new Set()]
  let size = 0
  for (const { event } of events) {
    for (const { body } of bodyRefsIn(event)) {
      if (seen.has(body)) continue
      seen.add(body)
      const kept = read(body)
      if (kept === 'damaged') return damaged
      if (kept === null) {
        purged.push(body)
        continue
      }
      size += kept.bytes.length
      if (size > runFileLimits.bytesMax) return tooLarge
      const text = Buffer.from(kept.bytes).toString('utf8')
      bodies.push({ body, label: kept.label, salt: Buffer.from(kept.salt).toString('hex'), text })
    }
  }
  return ok({ bodies, purged })
}

/** The text of the file. One consistent state is read, whatever is written meanwhile. */
export function exportRun(db: Db, { runId, tenant, blobs, engine }: ExportRequest): Result<string> {
  const model = db.prepare<[string, string], { name: string }>(
    "SELECT json_extract(manifest, '$.manifest.name') AS name FROM models WHERE tenant_id = ? AND id = ?",
  )
  const passage = db.prepare<[string, string, number], { text: string }>(
    `SELECT p.text FROM passages p JOIN documents d ON d.id = p.document_id
     WHERE d.tenant_id = ? AND d.public_id = ? AND p.ordinal = ? AND d.is_ready = 1`,
  )
  const digestOf = (passageId: string): Digest | null => {
    const [documentId = '', ordinal] = passageId.split('.')
    const row = passage.get(tenant, documentId, Number(ordinal))
    return row === undefined ? null : { alg: 'sha256', value: sha256(row.text) }
  }
  return db.transaction((): Result<string> => {
    const status = db.prepare<[string, string], { status: string; shard: string }>(
      'SELECT status, shard_id AS shard FROM runs WHERE tenant_id = ? AND id = ?',
    )
    const row = status.get(tenant, runId)
    const shard = row === undefined ? null : createRuns(db, createLabels(db), tenant).shard(row.shard)
    if (row === undefined || shard === null) return unknown
    if (!isTerminal(RunStatus.parse(row.status))) return notEnded
    const events = originalEvents(db, tenant, runId)
    if (events.length > runFileLimits.eventsMax) return tooLarge
    const carried = carryBodies(db, tenant, blobs, events)
    if (!carried.ok) return carried
    const told = toldBy(events)
    const file: RunFile = {
      ...{ format: runFileFormat, version: runFileVersion, engine },
      events: [...events],
      ...carried.value,
      shard: { ...shard, requirements: [...shard.requirements] },
      models: told.models.map(({ id, digest }) => ({ id, name: model.get(tenant, id)?.name ?? null, digest })),
      passages: told.passages.map((id) => ({ id, digest: digestOf(id) })),
      decisions: [...told.decisions],
    }
    const text = canonicalJson(file)
    return Buffer.byteLength(text) > runFileLimits.bytesMax ? tooLarge : ok(text)
  })()
}

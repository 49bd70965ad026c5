/**
 * Writes the log into one file of JSON lines for a verifier that has nothing but the public key: a header, the mark, the checkpoints,
 * then every row as it is stored. It exports broken logs too, exactly as they are.
 */
import type { AuditRow } from '../domain/audit-row.ts'
import { type AuditRows, createAuditRows } from './audit-rows.ts'
import type { FoundMark } from './high-water.ts'
import { writeLines } from './line-file.ts'
import type { Db } from './open.ts'

export const exportFormat = 1
const limits = { rowsPerSlice: 500 } as const

export interface ExportOptions {
  readonly file: string
  /** Null where the station has lost its key. */
  readonly keyId: string | null
  readonly mark: FoundMark
  readonly version: string
  readonly at: number
}

export interface Exported {
  readonly events: number
  readonly checkpoints: number
  readonly bytes: number
}

const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64')

/** The lines of an export, in slices. */
function* slicesOf(rows: AuditRows, { keyId, mark, version, at }: ExportOptions): Generator<readonly unknown[]> {
  const [end, checkpoints] = [rows.lastSeq(), rows.checkpointsAfter(0)]
  yield [
    { kind: 'header', product: 'holdfast', version, format: exportFormat, hash: 'sha256', keyId, at, lastSeq: end },
    { kind: 'mark', mark },
    ...checkpoints.map(({ size, stored }) => ({
      kind: 'checkpoint',
      size,
      checkpoint: stored?.checkpoint ?? null,
      leaves: stored === null ? '' : base64(stored.leaves),
    })),
  ]
  let after: number | null = null
  while (after === null || after < end) {
    // What is appended meanwhile belongs to the next export.
    const slice: readonly AuditRow[] = rows.after(after, limits.rowsPerSlice).filter(({ seq }) => seq <= end)
    const last = slice.at(-1)
    if (last === undefined) return
    yield slice.map((row) => ({ kind: 'event', ...row }))
    after = last.seq
  }
}

/** Rejects when the disk is full or the database cannot be read to its end; no file is left then. */
export async function exportAudit(db: Db, options: ExportOptions): Promise<Exported> {
  const counted = { events: 0, checkpoints: 0 }
  function* counting() {
    for (const lines of slicesOf(createAuditRows(db), options)) {
      for (const line of lines as ReadonlyArray<{ readonly kind: string }>) {
        if (line.kind === 'event') counted.events += 1
        if (line.kind === 'checkpoint') counted.checkpoints += 1
      }
      yield lines
    }
  }
  const { bytes } = await writeLines(options.file, counting())
  return { ...counted, bytes }
}

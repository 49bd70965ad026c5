/**
 * Writes the log into one file of JSON lines for a verifier that has nothing but the public key: a header, the mark, the checkpoints,
 * then every row as it is stored. It exports broken logs too, exactly as they are.
 */
import { mkdir, open, rename, rm } from 'node:fs/promises'
import { dirname } from 'node:path'
import { setImmediate as nextTurn } from 'node:timers/promises'
import type { AuditRow } from '../domain/audit-row.ts'
import { type AuditRows, createAuditRows } from './audit-rows.ts'
import { syncFolder } from './durable-file.ts'
import type { FoundMark } from './high-water.ts'
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
  const partial = `${options.file}.partial`
  await mkdir(dirname(options.file), { recursive: true, mode: 0o700 })
  const handle = await open(partial, 'w', 0o600)
  const counted = { events: 0, checkpoints: 0, bytes: 0 }
  try {
    for (const lines of slicesOf(createAuditRows(db), options)) {
      const text = lines.map((line) => `${JSON.stringify(line)}\n`).join('')
      await handle.writeFile(text)
      counted.bytes += Buffer.byteLength(text)
      for (const line of lines as ReadonlyArray<{ readonly kind: string }>) {
        if (line.kind === 'event') counted.events += 1
        if (line.kind === 'checkpoint') counted.checkpoints += 1
      }
      await nextTurn()
    }
    await handle.sync()
    await handle.close()
    await rename(partial, options.file)
    syncFolder(dirname(options.file))
    return counted
  } catch (error) {
    await handle.close().catch(() => undefined)
    await rm(partial, { force: true })
    throw error
  }
}

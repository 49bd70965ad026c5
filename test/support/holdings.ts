/** A holdings database in a temporary folder for tests: collections, labels and documents with as many passages as a test wants. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type LabelName, labelFromName } from '../../main/domain/label.ts'
import { indexText } from '../../main/memory/lexical.ts'
import { createLabels } from '../../main/store/labels.ts'
import { type Db, openStore } from '../../main/store/open.ts'
import { insertPassages } from '../../main/store/passages.ts'

export interface Holdings {
  readonly folder: string
  readonly file: string
  readonly db: Db
  /** Interns a label and returns its row number. */
  label(name: LabelName): number
  /** Finds or makes a collection and returns its row number. */
  collection(name: string): number
  /** Adds a document and returns its row number and its passages' row numbers. */
  add(document: {
    readonly collection?: string
    readonly level?: LabelName
    readonly isReady?: boolean
    readonly passages: ReadonlyArray<string | { readonly heading: string; readonly text: string }>
  }): { readonly document: number; readonly passages: readonly number[] }
  close(): void
}

const publicId = (kind: string, n: number) => `${kind}_${String(n).padStart(26, '0')}`

export function openHoldings(): Holdings {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-holdings-'))
  const file = join(folder, 'holdfast.db')
  const db = openStore(file)
  let made = 0
  const labels = createLabels(db)
  const label = (name: LabelName) => labels.idOf(labelFromName(name))
  const collection = (name: string) => {
    db.prepare(
      `INSERT INTO collections (public_id, tenant_id, name, label_id, created_at, created_by) VALUES (?, 'station', ?, ?, 0, 'test')
       ON CONFLICT DO NOTHING`,
    ).run(publicId('col', ++made), name, label('unclassified'))
    return Number(db.prepare('SELECT id FROM collections WHERE name = ?').pluck().get(name))
  }
  return {
    folder,
    file,
    db,
    label,
    collection,
    add: ({ collection: name = 'Documents', level = 'unclassified', isReady = true, passages }) =>
      db.transaction(() => {
        const n = ++made
        const labelRow = label(level)
        const collectionRow = collection(name)
        db.prepare('INSERT INTO blobs (digest, size, bytes) VALUES (?, 0, null)').run(`digest-${n}`)
        const document = Number(
          db
            .prepare(
              `INSERT INTO documents (public_id, tenant_id, collection_id, label_id, file, title, format, digest, bytes, pages, missing,
                 imported_at, imported_by, is_ready)
               VALUES (?, 'station', ?, ?, ?, null, 'text', ?, 0, '[]', '[]', 0, 'test', ?)`,
            )
            .run(publicId('doc', n), collectionRow, labelRow, `file-${n}.txt`, `digest-${n}`, isReady ? 1 : 0).lastInsertRowid,
        )
        const drafts = passages.map((passage, ordinal) => {
          const { heading, text } = typeof passage === 'string' ? { heading: '', text: passage } : passage
          return {
            ordinal,
            heading,
            text,
            locator: { kind: 'lines' as const, from: ordinal + 1, to: ordinal + 1 },
            anchors: [],
            label: null,
          }
        })
        const owner = { tenantId: 'station', document, collection: collectionRow, label: labelRow, portion: () => labelRow }
        return { document, passages: insertPassages(db, owner, drafts, indexText) }
      })(),
    close: () => {
      db.close()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

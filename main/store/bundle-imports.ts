/** Imports that came with bundles: which bundle brought a document, whether a dataset is all here, and what its newest version no longer holds. */
import * as z from 'zod'
import { passingRefusals } from '../domain/airgap/dataset.ts'
import type { Db } from './open.ts'
import { isSeen, seenParameter } from './seen.ts'

const Row = z.object({
  importId: z.string(),
  /** Digest of the bundle, and of the archive that it carried. */
  bundle: z.string(),
  channel: z.string(),
  seq: z.number(),
  artifact: z.string(),
  /** What bundles call the dataset, whatever its version. */
  item: z.string(),
  title: z.string(),
  version: z.string(),
})
export type BundleImport = z.infer<typeof Row>

export interface LeftDocument {
  readonly documentId: string
  readonly collection: string
  readonly file: string
}

export interface BundleImports {
  /** Inside the transaction that makes the import. */
  add(row: BundleImport): void
  /** The last import of the newest version of each dataset, by its name. */
  newest(): readonly BundleImport[]
  /** The one that brought a document; null = no bundle did. */
  broughtBy(documentId: string): BundleImport | null
  /** Of the imports of an archive into a collection: `running`, `whole` when each of its files was looked at, or `open`. Null = there is none. */
  stateOf(artifact: string, collection: string): 'running' | 'whole' | 'open' | null
  /** Documents that earlier versions of a dataset brought, that are here still, and that this version does not hold. `labels`: null = all. */
  left(
    newest: BundleImport,
    labels: readonly number[] | null,
    limit: number,
  ): { readonly items: readonly LeftDocument[]; readonly total: number }
}

const columns = 'b.import_id AS importId, b.bundle, b.channel, b.seq, b.artifact, b.item, b.title, b.version'

export function createBundleImports(db: Db, tenant: string): BundleImports {
  const insert = db.prepare(`INSERT INTO bundle_imports (import_id, tenant_id, bundle, channel, seq, artifact, item, title, version)
    VALUES (:importId, :tenant, :bundle, :channel, :seq, :artifact, :item, :title, :version)`)
  const newest = db.prepare<[object]>(`SELECT ${columns} FROM bundle_imports b WHERE b.tenant_id = :tenant AND b.rowid =
      (SELECT n.rowid FROM bundle_imports n WHERE n.tenant_id = :tenant AND n.item = b.item ORDER BY n.seq DESC, n.rowid DESC LIMIT 1)
    ORDER BY b.item`)
  const brought = db.prepare<[object]>(`SELECT ${columns} FROM bundle_imports b JOIN import_files f ON f.import_id = b.import_id
    WHERE b.tenant_id = :tenant AND f.tenant_id = :tenant AND f.document_id = :documentId AND f.outcome IN ('indexed', 'indexed_in_part')`)
  const states = db.prepare<[object], { state: string; open: number }>(`SELECT i.state,
      (SELECT count(*) FROM import_files f WHERE f.tenant_id = :tenant AND f.import_id = i.id AND (f.outcome IN ('waiting', 'reading', 'cancelled')
        OR f.outcome = 'refused' AND f.code IN (SELECT value FROM json_each(:passing)))) AS open
    FROM bundle_imports b JOIN imports i ON i.id = b.import_id AND i.tenant_id = :tenant JOIN collections c ON c.id = i.collection_id
    WHERE b.tenant_id = :tenant AND b.artifact = :artifact AND c.name = :collection`)
  const left = `FROM documents d JOIN collections c ON c.id = d.collection_id
    WHERE d.tenant_id = :tenant AND d.is_ready = 1 AND ${isSeen('d.label_id')}
      AND d.public_id IN (SELECT f.document_id FROM import_files f JOIN bundle_imports b ON b.import_id = f.import_id AND b.tenant_id = :tenant
        WHERE f.tenant_id = :tenant AND b.item = :item AND b.artifact <> :artifact AND f.outcome IN ('indexed', 'indexed_in_part'))
      AND d.public_id NOT IN (SELECT f.document_id FROM import_files f JOIN bundle_imports b ON b.import_id = f.import_id AND b.tenant_id = :tenant
        WHERE f.tenant_id = :tenant AND b.item = :item AND b.artifact = :artifact AND f.document_id IS NOT NULL)`
  const leftPage = db.prepare<[object], LeftDocument & { readonly total: number }>(
    `SELECT d.public_id AS documentId, c.name AS collection, d.file, count(*) OVER () AS total ${left} ORDER BY d.file, d.id LIMIT :limit`,
  )
  const older = db
    .prepare<[object], number>(
      'SELECT EXISTS (SELECT 1 FROM bundle_imports WHERE tenant_id = :tenant AND item = :item AND artifact <> :artifact)',
    )
    .pluck()

  return {
    add: (row) => void insert.run({ tenant, ...row }),
    newest: () => newest.all({ tenant }).map((row) => Row.parse(row)),
    broughtBy: (documentId) => {
      const row = brought.get({ tenant, documentId })
      return row === undefined ? null : Row.parse(row)
    },
    stateOf: (artifact, collection) => {
      const found = states.all({ tenant, artifact, collection, passing: JSON.stringify(passingRefusals) })
      if (found.length === 0) return null
      if (found.some(({ state }) => state === 'running')) return 'running'
      return found.some(({ state, open }) => state === 'finished' && open === 0) ? 'whole' : 'open'
    },
    left: ({ item, artifact }, labels, limit) => {
      if (older.get({ tenant, item, artifact }) === 0) return { items: [], total: 0 }
      const rows = leftPage.all({ tenant, item, artifact, labels: seenParameter(labels), limit })
      return { items: rows.map(({ total: _, ...document }) => document), total: rows[0]?.total ?? 0 }
    },
  }
}

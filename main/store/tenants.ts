/** Which tenants lie in this database, and the full-text index that each has for itself: one tenant's words must never weigh in another's search. */
import { assert } from '../domain/assert.ts'
import { TenantId } from '../domain/tenant.ts'
import type { Db } from './open.ts'

/** The table of a tenant's full-text index; null where the tenant was never here. */
export function termsTable(db: Db, tenant: string): string | null {
  const id = db.prepare('SELECT id FROM tenants WHERE name = ?').pluck().get(tenant)
  return id === undefined ? null : `passage_terms_${Number(id)}`
}

/** Makes a place for a tenant. Does nothing where it has one. */
export function admitTenant(db: Db, tenant: string): void {
  if (termsTable(db, tenant) !== null) return
  // The name stands in the text of a trigger.
  const name = TenantId.parse(tenant)
  db.transaction(() => {
    const id = Number(db.prepare('INSERT INTO tenants (name) VALUES (?)').run(name).lastInsertRowid)
    const first = db.prepare("SELECT sql FROM sqlite_schema WHERE name = 'passage_terms_1'").pluck().get()
    assert(typeof first === 'string', 'the first tenant has an index')
    db.exec(first.replace('passage_terms_1', `passage_terms_${id}`))
    db.exec(`CREATE TRIGGER passages_leave_index_${id} AFTER DELETE ON passages WHEN old.tenant_id = '${name}'
      BEGIN DELETE FROM passage_terms_${id} WHERE rowid = old.id; END`)
  })()
}

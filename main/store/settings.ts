/** Small facts about a tenant's station, one JSON value a key. Values are parsed by those who know their shape. */
import type { Db } from './open.ts'

export interface Settings {
  get(key: string): unknown
  set(key: string, value: unknown): void
}

export function createSettings(db: Db, tenant: string): Settings {
  const read = db.prepare<[string, string], { value: string }>('SELECT value FROM settings WHERE tenant_id = ? AND key = ?')
  const write = db.prepare(
    'INSERT INTO settings (tenant_id, key, value) VALUES (?, ?, ?) ON CONFLICT (tenant_id, key) DO UPDATE SET value = excluded.value',
  )
  return {
    get: (key) => {
      const row = read.get(tenant, key)
      return row === undefined ? undefined : (JSON.parse(row.value) as unknown)
    },
    set: (key, value) => void write.run(tenant, key, JSON.stringify(value)),
  }
}

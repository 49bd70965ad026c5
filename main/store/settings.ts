/** Small facts about the station, one JSON value a key. Values are parsed by those who know their shape. */
import type { Db } from './open.ts'

export interface Settings {
  get(key: string): unknown
  set(key: string, value: unknown): void
}

export function createSettings(db: Db): Settings {
  const read = db.prepare<[string], { value: string }>('SELECT value FROM settings WHERE key = ?')
  const write = db.prepare('INSERT INTO settings (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value')
  return {
    get: (key) => {
      const row = read.get(key)
      return row === undefined ? undefined : (JSON.parse(row.value) as unknown)
    },
    set: (key, value) => void write.run(key, JSON.stringify(value)),
  }
}

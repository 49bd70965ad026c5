/** Numbered SQL files, applied once and in order, each in one transaction with the version number. A newer database than this program is refused. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Db } from './open.ts'

const folder = join(import.meta.dirname, 'migrations')

/** The migrations of this program, oldest first. The number in the name is the schema version that it leads to. */
export function migrations(): ReadonlyArray<{ readonly version: number; readonly name: string; readonly sql: string }> {
  return readdirSync(folder)
    .filter((name) => /^\d{3}-[a-z0-9-]+\.sql$/.test(name))
    .sort()
    .map((name) => ({ version: Number(name.slice(0, 3)), name, sql: readFileSync(join(folder, name), 'utf8') }))
}

export function migrate(db: Db): void {
  const all = migrations()
  const newest = all.at(-1)?.version ?? 0
  const current = Number(db.pragma('user_version', { simple: true }))
  if (current > newest) {
    throw new Error(
      `The data folder was written by a newer Holdfast (schema ${current}, this program knows ${newest}). Use that version, or another folder.`,
    )
  }
  for (const { version, sql } of all.filter((migration) => migration.version > current)) {
    db.transaction(() => {
      db.exec(sql)
      db.pragma(`user_version = ${version}`)
    })()
  }
}

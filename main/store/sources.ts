/** What an agent may retrieve, as SQL sees it: the rule itself stands in the domain, and runs inside the query. Works on any connection. */
import { DataSources, isUnrestricted, permitsSource } from '../domain/data-sources.ts'
import type { Db } from './open.ts'

/** The rules as a parameter of statements; null when nothing is restricted. */
export const sourcesParameter = (sources: DataSources | null | undefined): string | null =>
  sources == null || isUnrestricted(sources) ? null : JSON.stringify(sources)

/** Adds `permits_source(rules, collection, file)`. */
export function addSourceFunction(db: Db): void {
  let known: { readonly text: string; readonly sources: DataSources } | null = null
  db.function('permits_source', { deterministic: true }, (text: unknown, collection: unknown, file: unknown) => {
    const rules = String(text)
    if (known?.text !== rules) known = { text: rules, sources: DataSources.parse(JSON.parse(rules)) }
    return permitsSource(known.sources, String(collection), String(file)) ? 1 : 0
  })
}

/** Row numbers of the documents that may be retrieved; null when all may. */
export function permittedDocuments(db: Db, tenant: string, sources: DataSources | null | undefined): ReadonlySet<number> | null {
  const rules = sourcesParameter(sources)
  if (rules === null) return null
  const rows = db
    .prepare<[string, string], number>(
      `SELECT d.id FROM documents d JOIN collections c ON c.id = d.collection_id
       WHERE d.tenant_id = ? AND d.is_ready = 1 AND permits_source(?, c.name, d.file)`,
    )
    .pluck()
  return new Set(rows.all(tenant, rules))
}

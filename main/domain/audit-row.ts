/** A row of the log as an auditor reads it: texts as they are stored, nothing interpreted, since any byte may have been changed. */
import type { Sha256 } from './digest.ts'
import { hashParts } from './recorded-event.ts'

/** `actor`, `label` and `body` are canonical JSON. What has another type than it should is null. */
export interface AuditRow {
  readonly seq: number
  readonly stream: string | null
  readonly version: number | null
  readonly type: string | null
  readonly at: number | null
  readonly tenant: string | null
  readonly actor: string | null
  readonly label: string | null
  readonly body: string | null
  readonly previous: string | null
  readonly hash: string | null
}

/** A row in which everything has its type. */
export type WholeRow = { readonly [Name in keyof AuditRow]: NonNullable<AuditRow[Name]> }

export const isWhole = (row: AuditRow): row is WholeRow => Object.values(row).every((value) => value !== null)

/** The hash of an event from its stored texts: the same as over the event itself, without parsing what may be broken. */
export const hashRow = ({ body, ...parts }: WholeRow, sha256: Sha256): string => hashParts({ ...parts, event: body }, sha256)

/** The kind of an event stands in a column of its own, outside of the hash; it must be the one in the body. */
export function typeInBody(body: string): unknown {
  try {
    const parsed: unknown = JSON.parse(body)
    return typeof parsed === 'object' && parsed !== null && 'type' in parsed ? parsed.type : null
  } catch {
    return null
  }
}

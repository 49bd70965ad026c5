/** What can be wrong with a log: where it begins, what it is, and how to say so to a person. */
import * as z from 'zod'

export const auditFaults = [
  'changed',
  'missing',
  'inserted',
  'reordered',
  'unreadable',
  'shorter_than_mark',
  'checkpoint_forged',
  'mark_forged',
  'mark_missing',
  'key_changed',
] as const

/** `seq` is the first bad sequence number. `through` is set when it lies somewhere from `seq` to there. */
export const AuditFault = z.strictObject({ kind: z.enum(auditFaults), seq: z.int(), through: z.int().nullable() })
export type AuditFault = z.infer<typeof AuditFault>

export const faultAt = (kind: AuditFault['kind'], seq: number, through: number | null = null): AuditFault => ({ kind, seq, through })

const sentences: Readonly<Record<AuditFault['kind'], (where: string, seq: number) => string>> = {
  changed: (where) => `Event ${where} is not what was recorded.`,
  missing: (where) => `Event ${where} is missing.`,
  inserted: (where) => `Event ${where} was put in later.`,
  reordered: (where) => `Event ${where} stands in another event’s place.`,
  unreadable: (where) => `Event ${where} cannot be read.`,
  shorter_than_mark: (_where, seq) => `The log ends before event ${seq}, but its high-water mark says that there was more.`,
  checkpoint_forged: (where) => `The checkpoint at event ${where} is not one that this station signed.`,
  mark_forged: () => 'The high-water mark is not one that this station signed.',
  mark_missing: () => 'The high-water mark is gone.',
  key_changed: (where) => `The checkpoint at event ${where} was signed with another key than the station’s.`,
}

export function explainFault({ kind, seq, through }: AuditFault): string {
  return sentences[kind](through === null || through === seq ? `${seq}` : `${seq} (or a later one up to ${through})`, seq)
}

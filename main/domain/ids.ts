/** Ids are `kind_` followed by 26 characters of Crockford base 32 (48 bits of time, 80 of chance): sortable by creation, readable in a log. */
import * as z from 'zod'

export const idKinds = [
  'shd',
  'run',
  'stp',
  'cal',
  'hld',
  'doc',
  'col',
  'imp',
  'upl',
  'cnv',
  'mdl',
  'bdy',
  'boot',
  'exm',
  'end',
  'key',
  'act',
  'rov',
  'msn',
  'ent',
  'prm',
  'inc',
] as const
export type IdKind = (typeof idKinds)[number]

const alphabet = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'

/** A zod schema for one kind of id. */
export const idOf = (kind: IdKind) => z.string().regex(new RegExp(`^${kind}_[${alphabet}]{26}$`), `expected an id like ${kind}_…`)

/** A passage is named by its document and its place in it, so that the name is the same after a re-index. */
export const PassageId = z.string().regex(new RegExp(`^doc_[${alphabet}]{26}\\.\\d{1,7}$`), 'expected an id like doc_….12')
export const passageId = (documentId: string, ordinal: number): string => `${documentId}.${ordinal}`

/**
 * What a pattern of an id is made of; null for any other. A grammar can hold these: a kind, signs of one set, and perhaps a number behind
 * a point.
 */
export function readIdPattern(
  pattern: unknown,
): { readonly kind: string; readonly signs: string; readonly count: string; readonly digits: string | null } | null {
  const form = /^\^([a-z]+_)\[([0-9A-Z]+)\]\{(\d{1,2})\}(?:\\\.\\d\{1,(\d)\})?\$$/
  const [, kind, signs, count, digits = null] = (typeof pattern === 'string' ? form.exec(pattern) : null) ?? []
  return kind === undefined || signs === undefined || count === undefined ? null : { kind, signs, count, digits }
}

/** Builds an id from its parts. `timeMs` is milliseconds since 1970 (< 2^48); `random` has at least 16 bytes, of which 80 bits are used. */
export function formatId(kind: IdKind, timeMs: number, random: Uint8Array): string {
  let time = ''
  for (let rest = timeMs, i = 0; i < 10; i++) {
    time = alphabet[rest % 32] + time
    rest = Math.floor(rest / 32)
  }
  let chance = ''
  for (let i = 0; i < 16; i++) chance += alphabet[(random[i] ?? 0) & 31]
  return `${kind}_${time}${chance}`
}

/**
 * Secrets as they stand in texts: keys of services, private keys, passwords beside their names. They are taken out of whatever a model is
 * shown, and named to a reviewer, by this one list. Each pattern is bounded, so that no text holds up the core; what looks like none of
 * them is not found. Pure.
 */
import type { Span } from './quote.ts'

/** What stands in the place of a secret; no pattern finds it. */
export const secretMark = '[secret]'

interface SecretPattern {
  readonly pattern: RegExp
  /** The first group stays: the name before the secret. */
  readonly keepsName?: true
  /** What is told of it, where the whole may reach over what is no part of it. */
  readonly shown?: RegExp
}

/** Where a word may begin: also behind a line break that JSON wrote as two letters. */
const begins = '(?:(?<![A-Za-z0-9])|(?<=\\\\[nrt]))'
const from = (pattern: string, flags = 'g'): RegExp => new RegExp(`${begins}${pattern}`, flags)

const keyNames =
  'pass(?:word|wort|wd|phrase|code)|kennwort|pwd|(?:client|shared)?[ _-]?secret(?:[ _-]?key)?|(?:api|access|private|signing|encryption)[ _-]?key|(?:auth|access|api|refresh|session)[ _-]?token'
const quoted = '\\\\?"[^"\\n]{3,200}"|\\\\?\'[^\'\\n]{3,200}\'|`[^`\\n]{3,200}`'
/** It ends where a line or a word ends, in JSON too. */
const bare = '(?:(?!\\\\[nrt"])[^\\s"\'`,;()[\\]]){4,200}'
/** In prose, "the password is required" names none: the word must look like one. */
const looksSecret = '(?=[^\\s]{0,200}[0-9!@#$%^&*_+=/])'
const keyHead = '-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----'

const patterns: readonly SecretPattern[] = [
  // Without its end the rest goes with it.
  {
    pattern: new RegExp(`${keyHead}(?:[\\s\\S]{0,20000}?${keyHead.replace('BEGIN', 'END')}|[\\s\\S]{0,20000})`, 'g'),
    shown: new RegExp(keyHead, 'g'),
  },
  { pattern: from('AGE-SECRET-KEY-1[0-9A-Z]{20,100}') },
  // Keys of services, known by how they begin.
  { pattern: from('(?:AKIA|ASIA|AROA|AIDA)[0-9A-Z]{16}(?![0-9A-Z])') },
  {
    pattern: from(
      '(?:gh[pousr]_|github_pat_|glpat-|xox[abeoprs]-|sk-|[prs]k_live_|npm_|pypi-|hf_|SG\\.|dop_v1_)[A-Za-z0-9_-][A-Za-z0-9_.-]{14,400}[A-Za-z0-9_-]',
    ),
  },
  { pattern: from('AIza[0-9A-Za-z_-]{30,60}') },
  { pattern: from('eyJ[A-Za-z0-9_-]{8,4000}\\.[A-Za-z0-9_-]{8,8000}\\.[A-Za-z0-9_-]{0,2000}') },
  { pattern: from('((?:bearer|basic)\\s{1,4})[A-Za-z0-9._~+/-]{16,4000}={0,2}', 'gi'), keepsName: true },
  // What stands between the name of an account and its machine.
  { pattern: from('([a-z][a-z0-9+.-]{1,20}://[^\\s:/@]{0,100}:)[^\\s:/@[]{1,200}(?=@)', 'gi'), keepsName: true },
  { pattern: from(`((?:${keyNames})\\\\?["'\`]?\\s{0,4}(?::=|[:=])\\s{0,4})(?:${quoted}|\\(?${bare})`, 'gi'), keepsName: true },
  { pattern: from(`((?:${keyNames})\\s{1,4}(?:is|was|lautet|ist)\\s{1,4})(?:${quoted}|${looksSecret}${bare})`, 'gi'), keepsName: true },
  // A token alone may be of many kinds, and has a price in prose: it must have a letter and a digit.
  {
    pattern: from(`(token\\\\?["'\`]?\\s{0,4}[:=]\\s{0,4}\\\\?["'\`]?)(?=[^\\s]{0,200}[A-Za-z])(?=[^\\s]{0,200}[0-9])${bare}`, 'gi'),
    keepsName: true,
  },
]

/** Where secrets stand, each with its name before it; some may overlap. */
export const secretSpans = (text: string): readonly Span[] =>
  patterns.flatMap(({ pattern, shown = pattern }) =>
    [...text.matchAll(shown)].map(({ 0: found, index }) => ({ start: index, end: index + found.length })),
  )

export interface WithoutSecrets {
  readonly text: string
  /** How many were taken out. */
  readonly removed: number
}

/** Run again on what it gave, it changes nothing. */
export function withoutSecrets(text: string): WithoutSecrets {
  let [left, removed] = [text, 0]
  for (const { pattern, keepsName } of patterns) {
    left = left.replace(pattern, (_whole: string, name: unknown) => {
      removed += 1
      return `${keepsName === true ? String(name) : ''}${secretMark}`
    })
  }
  return { text: left, removed }
}

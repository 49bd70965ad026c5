/**
 * Reads the claims out of a draft answer that is still being written: `{"claims":[{"text":"…","n":1,"quote":"…"}]}` cut anywhere.
 * One pass over the text, never throws, and never takes a half-written claim for a whole one.
 */
import { claimLimits, DraftClaim } from './claim.ts'

export interface PartialClaims {
  readonly complete: readonly DraftClaim[]
  /** The claim under way, with as much of its sentence as is there. */
  readonly writing: { readonly text: string } | null
}

const opening = /^\s*\{\s*"claims"\s*:\s*\[/

/** The first index after the JSON string that begins at `at`, or -1 when the text ends before it does. */
function endOfString(text: string, at: number): number {
  for (let i = at + 1; i < text.length; i++) {
    const unit = text.charCodeAt(i)
    if (unit === 0x5c) i++
    else if (unit === 0x22) return i + 1
  }
  return -1
}

/** The first index after the object that begins at `at`, or -1. Objects of a draft answer hold no objects. */
function endOfObject(text: string, at: number): number {
  for (let i = at + 1; i < text.length; i++) {
    const unit = text.charCodeAt(i)
    if (unit === 0x7d) return i + 1
    if (unit === 0x7b || unit === 0x5b) return -1
    if (unit === 0x22) {
      const end = endOfString(text, i)
      if (end === -1) return -1
      i = end - 1
    }
  }
  return -1
}

function readClaim(source: string): DraftClaim | null {
  try {
    const parsed = DraftClaim.safeParse(JSON.parse(source))
    return parsed.success ? parsed.data : null
  } catch {
    return null
  }
}

const textField = /^\{\s*"text"\s*:\s*"/

/** The sentence of a claim that breaks off: an escape cut in half is left out. */
function textUnderWay(source: string): string | null {
  const start = textField.exec(source)?.[0].length
  if (start === undefined) return null
  const end = endOfString(source, start - 1)
  const raw = end === -1 ? source.slice(start) : source.slice(start, end - 1)
  const whole = end === -1 ? raw.slice(0, claimLimits.textCharsMax * 6).replace(/\\(?:u[0-9a-fA-F]{0,3})?$/, dropUnlessEscaped) : raw
  try {
    const text: unknown = JSON.parse(`"${whole}"`)
    return typeof text === 'string' ? text.slice(0, claimLimits.textCharsMax) : null
  } catch {
    return null
  }
}

/** A lone backslash at the end is the first half of an escape; after an odd number of others it is the second half of one. */
function dropUnlessEscaped(match: string, offset: number, text: string): string {
  let before = 0
  while (text.charCodeAt(offset - 1 - before) === 0x5c) before++
  return before % 2 === 1 ? match : ''
}

export function partialClaims(text: string): PartialClaims {
  const complete: DraftClaim[] = []
  let at = opening.exec(text)?.[0].length
  while (at !== undefined && complete.length < claimLimits.claimsMax) {
    while (/[\s,]/.test(text.charAt(at))) at++
    if (text.charAt(at) !== '{') break
    const end = endOfObject(text, at)
    if (end === -1) {
      const sentence = textUnderWay(text.slice(at))
      return { complete, writing: sentence === null ? null : { text: sentence } }
    }
    const claim = readClaim(text.slice(at, end))
    if (claim === null) break
    complete.push(claim)
    at = end
  }
  return { complete, writing: null }
}

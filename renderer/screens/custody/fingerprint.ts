/** A fingerprint as a person types it off a sheet of paper, and as it is shown for comparison. */

const digitsMax = 64
const groupChars = 4

export type TypedFingerprint =
  | { readonly is: 'whole'; readonly fingerprint: string }
  | { readonly is: 'short'; readonly digits: number }
  | { readonly is: 'wrong'; readonly problem: string }

/** Blanks, line ends, colons and hyphens may stand anywhere, and letters may be of either case. */
export function readFingerprint(typed: string): TypedFingerprint {
  const digits = typed
    .trim()
    .replace(/^sha-?256[:\s]/i, '')
    .replace(/[\s:-]/g, '')
    .toLowerCase()
  const foreign = /[^0-9a-f]/u.exec(digits)?.[0]
  if (foreign !== undefined) return { is: 'wrong', problem: `“${foreign}” is no hex digit: there are 0 to 9 and A to F.` }
  if (digits.length > digitsMax) return { is: 'wrong', problem: `These are ${digits.length} digits; a fingerprint has ${digitsMax}.` }
  return digits.length < digitsMax ? { is: 'short', digits: digits.length } : { is: 'whole', fingerprint: digits }
}

/** In groups of four, as it stands on a transfer sheet. */
export const inGroups = (fingerprint: string): readonly string[] => fingerprint.match(new RegExp(`.{1,${groupChars}}`, 'g')) ?? []

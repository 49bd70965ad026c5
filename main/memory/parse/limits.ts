/** Every limit on what an untrusted file may cost, where an auditor can read them all. No document can change them. */

const KiB = 1024
const MiB = 1024 * KiB

export const parseLimits = {
  /** The whole parser process. */
  residentBytesMax: 512 * MiB,
  /** Without a finished page, or any other sign of life. */
  silenceMsMax: 30_000,
  /** For one document in all. */
  totalMsMax: 600_000,
  pagesMax: 5_000,
  archiveEntriesMax: 10_000,
  /** Inflated against packed size, once the inflated size passes `inflateRatioFromBytes`. */
  inflateRatioMax: 100,
  inflateRatioFromBytes: 100 * KiB,
  inflatedBytesMax: 256 * MiB,
  fileBytesMax: 512 * MiB,
  /** Files that are text as they stand are decoded whole, so they may be less large. */
  textFileBytesMax: 64 * MiB,
  textCharsMax: 50_000_000,
  blocksMax: 500_000,
  partsMax: 1_000_000,
  /** Longer blocks and lines are cut, never dropped. */
  blockCharsMax: 20_000,
  blockPartsMax: 1_000,
  paragraphCharsMax: 4_000,
  headingCharsMax: 200,
  titleCharsMax: 300,
  missingMax: 5_000,
  /** Of heads and feet of pages that stand apart from the text. */
  marginLinesMax: 500,
  marginLineCharsMax: 500,
} as const

/** Sizes of what travels between the core and the parser: small enough that no single message holds up the core. */
export const transferLimits = {
  bytesPerMessage: 256 * KiB,
  charsPerBatch: 128 * KiB,
  partsPerBatch: 1_000,
} as const

/** How long a parser that was started ahead waits for a document before it is let go. */
export const spareIdleMs = 120_000

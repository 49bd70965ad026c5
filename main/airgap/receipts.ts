/** What a load leaves in writing: which files, under whose signatures, what the scanner said, and who brought the medium. It never goes onto the medium. */
import { existsSync, mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import * as z from 'zod'
import { type CustodyEntry, CustodyLine, isNext, nextLine, writeCustody } from '../domain/airgap/custody-log.ts'
import { KeyId } from '../domain/airgap/manifest.ts'
import { ScanOutcome } from '../domain/airgap/scan.ts'
import { readStrictJson, writeStrictJson } from '../domain/airgap/strict-json.ts'
import { textOf } from './bounded-read.ts'
import { writeWhole } from './durable.ts'
import type { AirgapPlaces } from './places.ts'

const hex = z.string().regex(/^[0-9a-f]{64}$/)

export const Receipt = z.strictObject({
  bundle: hex,
  seq: z.int(),
  version: z.string(),
  at: z.iso.datetime({ precision: 0, offset: false }),
  by: z.string(),
  /** The mounted volume, as far as the system tells. */
  medium: z.string().nullable(),
  root: z.strictObject({ version: z.int(), digest: hex }),
  /** In which its number counts. */
  epoch: z.int(),
  signers: z.array(KeyId),
  files: z.array(z.strictObject({ id: z.string(), sha256: hex, size: z.int() })),
  scans: z.array(z.strictObject({ id: z.string(), outcome: ScanOutcome, detail: z.string() })),
  acceptedUnscanned: z.string().nullable(),
  isReload: z.boolean(),
  /** Of the custody that came with the bundle: the last hash of each file. */
  custodyHeads: z.array(hex),
})
export type Receipt = z.infer<typeof Receipt>

const fileOf = ({ receipts }: AirgapPlaces, bundle: string): string => join(receipts, `${bundle}.json`)

/** The first load of a bundle is the one that counts; a second one changes nothing. */
export function keepReceipt(places: AirgapPlaces, receipt: Receipt): void {
  if (readReceipt(places, receipt.bundle) === null) writeWhole(fileOf(places, receipt.bundle), writeStrictJson(receipt))
}

export function readReceipt(places: AirgapPlaces, bundle: string): Receipt | null {
  const file = fileOf(places, bundle)
  if (!existsSync(file)) return null
  const text = textOf(readFileSync(file))
  return text === null ? null : readStrictJson(text, Receipt)
}

/** What this side did, as one chain over all bundles; null when it is damaged. */
export function readOwnCustody({ custody }: AirgapPlaces, sha256: (text: string) => string): readonly CustodyLine[] | null {
  if (!existsSync(custody)) return []
  const lines = readFileSync(custody, 'utf8').split('\n').slice(0, -1)
  const read: CustodyLine[] = []
  for (const text of lines) {
    const line = readStrictJson(`${text}\n`, CustodyLine)
    if (line === null || !isNext(line, read.at(-1), sha256)) return null
    read.push(line)
  }
  return read
}

/** Appends to the chain; one that is damaged is set aside, and a new one begins. */
export function addCustody(places: AirgapPlaces, entry: CustodyEntry, sha256: (text: string) => string, nowMs: number): void {
  mkdirSync(places.folder, { recursive: true, mode: 0o700 })
  const lines = readOwnCustody(places, sha256)
  if (lines === null) writeWhole(`${places.custody}.damaged-${nowMs}`, readFileSync(places.custody))
  const kept = lines ?? []
  writeWhole(places.custody, writeCustody([...kept, nextLine(kept, entry, sha256)]))
}

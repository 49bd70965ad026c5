/** What a reader of one format is: bytes in, pieces of a document out. A reader opens nothing, fetches nothing and keeps nothing. */
import type { Block, MissingPart, ParsedDocument } from '../../domain/document.ts'

/** A part of a document that is finished: a page, or as much as was read between two signs of life. */
export interface Piece {
  readonly blocks: readonly Block[]
  readonly pages?: ParsedDocument['pages']
  readonly missing?: readonly MissingPart[]
  readonly title?: string | null
  /** Lines at the head and foot of pages that stand apart from the text. */
  readonly marginLines?: readonly string[]
  /** Units finished so far and in all; null while the total is unknown. */
  readonly done: number
  readonly total: number | null
}

export type ReadPieces = (bytes: Uint8Array) => AsyncGenerator<Piece> | Generator<Piece>

/** Where a file's bytes are gathered as they come in, so that a large file lies in memory once. */
export interface ByteStore {
  write(offset: number, chunk: Uint8Array): void
  /** All bytes. Called once, when the last one is written. */
  view(): Uint8Array
}

export interface Reading {
  readonly read: ReadPieces
  /** A store of the format's own, where plain memory would mean a second copy. */
  readonly store?: (sizeBytes: number) => Promise<ByteStore>
}

export interface Format {
  readonly sizeBytesMax: number
  /** Loads the code that reads it. */
  readonly load: () => Promise<Reading>
}

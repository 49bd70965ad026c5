/** Writes a parsed document. A large one takes several short transactions, so that nothing else waits long; it counts only with the last of them. */
import type { Block, PassageDraft } from '../domain/document.ts'
import { join, type Label } from '../domain/label.ts'
import type { Documents, NewDocument } from './documents.ts'
import type { Labels } from './labels.ts'
import type { Db } from './open.ts'
import { insertPassages } from './passages.ts'

/** Rows that one transaction writes: about ten milliseconds. */
const rowsPerTransaction = 150

export interface WriteDocument {
  readonly document: Omit<NewDocument, 'label'>
  /** What every portion of it is at least: asked anew for each transaction, since a floor may be raised meanwhile. */
  readonly floor: () => Label
  /** What the document says of itself, which is not below its portions. */
  readonly overall: Label
  readonly tenantId: string
  readonly blocks: readonly Block[]
  readonly passages: readonly PassageDraft[]
  readonly indexText: (text: string) => string
  /** Lets others run between two transactions. */
  readonly pause: () => Promise<void>
  /** Runs inside the first transaction: makes the original file known. */
  readonly onBegin: () => void
  /** Runs inside the last transaction, when the document becomes visible: the place for its event. */
  readonly onReady: (written: { readonly id: number; readonly publicId: string }) => void
}

/** Rejects when the disk is full; what was written before stays invisible and is removed by `removeUnready`. */
export async function writeDocument(db: Db, documents: Documents, labels: Labels, request: WriteDocument): Promise<string> {
  const { document, floor, overall, blocks, passages, tenantId } = request
  const portion = (label: Label) => labels.idOf(join(floor(), label))
  const labelled = (): NewDocument => ({ ...document, label: join(floor(), overall) })
  let written: { readonly id: number; readonly publicId: string } | null = null
  const jobs: Array<(id: number) => void> = []
  for (let from = 0; from < blocks.length; from += rowsPerTransaction) {
    jobs.push((id) => documents.addBlocks(id, from, blocks.slice(from, from + rowsPerTransaction)))
  }
  for (let from = 0; from < passages.length; from += rowsPerTransaction / 3) {
    jobs.push((id) => {
      const owner = { tenantId, document: id, collection: document.collectionId, label: portion(overall), portion }
      insertPassages(db, owner, passages.slice(from, from + rowsPerTransaction / 3), request.indexText)
    })
  }
  const isSmall = blocks.length + passages.length <= rowsPerTransaction
  const begin = () => {
    if (written === null) request.onBegin()
    written ??= documents.begin(labelled())
    return written
  }
  const finish = (target: { readonly id: number; readonly publicId: string }) => {
    documents.markReady(target.id)
    request.onReady(target)
    return target.publicId
  }
  if (isSmall) {
    return db.transaction(() => {
      const target = begin()
      for (const job of jobs) job(target.id)
      return finish(target)
    })()
  }
  const target = db.transaction(begin)()
  for (const job of jobs) {
    db.transaction(job)(target.id)
    await request.pause()
  }
  return db.transaction(finish)(target)
}

/** Removes what a crash or a full disk left unfinished. Returns the digests of files that may not be needed any more. */
export function removeUnready(db: Db, documents: Documents): readonly string[] {
  return db.transaction(() =>
    documents.unready().map(({ id, digest }) => {
      documents.remove(id)
      return digest
    }),
  )()
}

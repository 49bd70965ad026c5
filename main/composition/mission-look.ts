/** A first look at the holdings for a goal: which documents have something on it, and those that it names. It never goes above the label of the goal. */
import type { Label } from '../domain/label.ts'
import { fileNamesIn } from '../domain/mission/plan-documents.ts'
import { ok } from '../domain/result.ts'
import type { Services } from '../handlers/services.ts'
import type { Looked } from '../runs/mission-documents.ts'
import type { MissionParts } from '../runs/mission-parts.ts'

const limits = { lookedAt: 50, documentsShown: 10, sameNameMax: 200 } as const

type LookParts = Pick<Services, 'recall' | 'documents' | 'labels'> & {
  readonly visibleTo: (account: string) => readonly number[]
}

export function missionLook({ recall, documents, labels, visibleTo }: LookParts): MissionParts['look'] {
  /** By the whole name of a file, as a person writes it: of several that bear it, all. */
  const named = (goal: string, visible: readonly number[]) =>
    fileNamesIn(goal).flatMap((name) => {
      const wanted = name.normalize('NFC').toLowerCase()
      const { items } = documents.list({
        collectionId: null,
        contains: null,
        named: name,
        labels: visible,
        limit: limits.sameNameMax,
        offset: 0,
      })
      return items.filter(({ file }) => file.normalize('NFC').toLowerCase() === wanted)
    })
  return async (goal: string, account: string, label: Label) => {
    // What lies above the goal is for its agents to find: a first look must not raise it by what is merely near.
    const within = new Set(labels.idsWithin(label))
    const visible = visibleTo(account).filter((id) => within.has(id))
    const found = await recall.search({ query: goal, collections: null, labels: visible, count: limits.lookedAt })
    if (!found.ok) return found
    const hits = found.value.hits.map(({ passage }) => passage)
    const counts = new Map<string, Looked['documents'][number]>()
    for (const { publicId: documentId, file } of named(goal, visible)) counts.set(documentId, { documentId, file, passages: 0 })
    const askedFor = new Set(counts.keys())
    for (const { documentId, file } of hits)
      counts.set(documentId, { documentId, file, passages: (counts.get(documentId)?.passages ?? 0) + 1 })
    const rank = ({ documentId }: Looked['documents'][number]): number => Number(askedFor.has(documentId))
    const shown = [...counts.values()].toSorted((a, b) => rank(b) - rank(a) || b.passages - a.passages)
    const looked: Looked = { documents: shown.slice(0, limits.documentsShown) }
    return ok({ text: JSON.stringify(looked), passages: hits.length, documents: counts.size })
  }
}

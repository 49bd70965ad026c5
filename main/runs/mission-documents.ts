/** Documents of a mission: what its first look left, and which of them its plans may name as they are held now. */
import * as z from 'zod'
import { readJson } from '../domain/canonical-json.ts'
import { type Label, permits } from '../domain/label.ts'
import type { KnownDocument } from '../domain/mission/plan-documents.ts'
import type { Mission } from '../domain/mission/state.ts'

/** What a first look at the holdings leaves. */
export const Looked = z.object({ documents: z.array(z.object({ documentId: z.string(), file: z.string(), passages: z.number() })) })
export type Looked = z.infer<typeof Looked>

export const lookOf = ({ look }: Pick<Mission, 'look'>, readBody: (body: string) => string | null): Looked | null =>
  look === null ? null : (Looked.safeParse(readJson(readBody(look.body.body) ?? '')).data ?? null)

export interface HeldDocument {
  readonly file: string
  /** Of all of it: the passages that a look found may lie below. */
  readonly label: Label
}

/** What the look showed and is still held, under the name that it has now. */
export const documentsLooked = (
  mission: Pick<Mission, 'look'>,
  label: Label,
  readBody: (body: string) => string | null,
  held: (documentId: string) => HeldDocument | null,
): readonly KnownDocument[] =>
  (lookOf(mission, readBody)?.documents ?? []).flatMap(({ documentId }) => {
    const document = held(documentId)
    return document === null ? [] : [{ documentId, file: document.file, isWithin: permits(label, document.label) }]
  })

/** Documents that a person names, by their ids or by the whole names of their files, as far as that person may see them. */
import { idOf } from '../domain/ids.ts'
import type { DocumentRow } from '../store/documents.ts'
import type { Services } from './services.ts'

const limits = { sameNameMax: 200 } as const

export function namedDocuments(
  { documents, sightOf }: Pick<Services, 'documents' | 'sightOf'>,
  account: string,
  given: string,
): readonly DocumentRow[] {
  const sight = sightOf(account)
  if (idOf('doc').safeParse(given).success) {
    const row = documents.find(given)
    return row === null || sight?.permits(row.label) === false ? [] : [row]
  }
  const filter = {
    collectionId: null,
    contains: null,
    named: given,
    labels: sight?.labelIds() ?? null,
    limit: limits.sameNameMax,
    offset: 0,
  }
  return documents.list(filter).items.filter(({ file }) => file.normalize('NFC') === given.normalize('NFC'))
}

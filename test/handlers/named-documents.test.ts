/** Documents by the whole names of their files, over the real store: many that only contain the name stand in nobody's way. */
import { expect, test } from 'vitest'
import { missionLook } from '../../main/composition/mission-look.ts'
import { unclassified } from '../../main/domain/label.ts'
import { ok } from '../../main/domain/result.ts'
import { namedDocuments } from '../../main/handlers/named-documents.ts'
import { openHeldDocuments } from '../support/held-documents.ts'

const station = await openHeldDocuments()
const { parts } = station
const { documents, labels } = parts

test('RUN-17 AGT-02 a document is found by its whole name among hundreds of longer ones, and two of a name are two', async () => {
  const { documentId } = await station.add('other.md', '# Other\n\nNothing of it.\n')
  const digest = documents.find(documentId ?? '')?.digest ?? ''
  let made = 0
  const add = (file: string): string => {
    made += 1
    // The same bytes are one document in one collection.
    const { id: collectionId } = parts.collections.create(`papers ${made}`, unclassified, 1, 'tester')
    const parsed = { title: null, format: 'markdown' as const, pages: [], missing: [] }
    const about = { collectionId, label: unclassified, file, digest, bytes: 1, at: 1, by: 'tester' }
    const { id, publicId } = documents.begin({ ...about, parsed })
    documents.markReady(id)
    return publicId
  }
  const only = add('plan.md')
  const [first, second] = [add('memo.md'), add('memo.md')]
  for (let n = 0; n < 201; n++) for (const name of ['plan.md', 'memo.md']) add(`${n}-${name}`)

  const found = (name: string) => namedDocuments({ documents, sightOf: () => null }, 'tester', name).map(({ publicId }) => publicId)
  expect(found('plan.md')).toEqual([only])
  expect(found('memo.md').toSorted()).toEqual([first, second].toSorted())
  expect(found('lan.md')).toEqual([])

  const recall = { search: async () => ok({ hits: [] }) }
  const look = missionLook({ recall, documents, labels, visibleTo: () => labels.idsWithin(unclassified) } as never)
  const looked = await look('Read Plan.md.', 'tester', unclassified)
  expect(looked.ok && JSON.parse(looked.value.text).documents).toMatchObject([{ documentId: only, file: 'plan.md' }])
})

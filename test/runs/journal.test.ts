/** How often the journal looks into the log: a long run is folded once, however often it is looked at. */
import { afterAll, expect, test } from 'vitest'
import { unclassified } from '../../main/domain/label.ts'
import { systemClock } from '../../main/platform/clock.ts'
import { createJournal } from '../../main/runs/journal.ts'
import { newId, openRunStore } from '../support/run-store.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

test('a run that was read is not folded again to be read, and one that is not there is looked for again', () => {
  const store = openRunStore(temporaryFolder())
  afterAll(store.close)
  const streams: string[] = []
  const readStream = (stream: string) => {
    streams.push(stream)
    return store.log.readStream(stream)
  }
  const parts = { transaction: <T>(work: () => T) => work(), readStream, append: store.log.append, project: () => undefined }
  const journal = createJournal(
    { ...parts, putBody: store.bodies.put },
    systemClock,
    () => unclassified,
    () => undefined,
  )
  const [runId, later] = [store.start(), newId('run')]
  for (let i = 0; i < 3; i++) expect(journal.read(runId).state.status).toBe('queued')
  for (let i = 0; i < 2; i++) expect(journal.read(later).state.status).toBe('absent')
  expect(streams).toEqual([runId, later, later])
})

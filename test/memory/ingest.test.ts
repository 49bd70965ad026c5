import { expect, test } from 'vitest'
import { createIngest, type IngestStore, type WaitingFile } from '../../main/memory/ingest.ts'

test('AIR-08 an import that begins while the files of another are listed is listed too before it counts as done', async () => {
  const running = ['a']
  const listed: string[] = []
  const done: string[] = []
  const store: Partial<IngestStore> = {
    waitAgain: () => undefined,
    runningImports: () => [...running],
    listFiles: async (importId) => {
      if (importId === 'a' && !running.includes('b')) running.push('b')
      await Promise.resolve()
      listed.push(importId)
    },
    nextFile: (): WaitingFile | null => null,
    finish: (importId) => {
      done.push(`${importId} ${listed.includes(importId) ? 'listed' : 'unlisted'}`)
      running.splice(running.indexOf(importId), 1)
    },
  }
  const ingest = createIngest({
    store: store as IngestStore,
    parser: { parse: () => Promise.reject(new Error('there is nothing to read')), close: async () => undefined } as never,
    onProgress: () => undefined,
    onAdded: () => undefined,
    onDefect: (error) => done.push(String(error)),
  })
  ingest.wake()
  await ingest.idle()
  ingest.wake()
  await ingest.idle()
  expect(done).toEqual(['a listed', 'b listed'])
  await ingest.close()
})

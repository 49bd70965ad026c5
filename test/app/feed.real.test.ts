/** The one stream: a snapshot, then every durable event once and in order, whatever happens to the connection. */
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { beforeAll, expect, test } from 'vitest'
import { createFeedCursor } from '../../main/contract/feed-cursor.ts'
import { FeedItem } from '../../main/contract/runs.ts'
import { connectCore, serveCore } from '../../main/core-link.ts'
import { socketAddresses } from '../../main/platform/paths.ts'
import { createWaitingFeed } from '../../main/waiting-feed.ts'
import { createDice } from '../support/dice.ts'
import { type OpenApp, openApp } from '../support/open-app.ts'
import { makeTextPdf } from '../support/pdf-files.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

const folder = temporaryFolder()
const data = join(folder, 'data')
let core: OpenApp
let importing: Promise<unknown>

const reconnects = 20

beforeAll(async () => {
  const files = join(folder, 'files')
  mkdirSync(files)
  for (let i = 0; i < 30; i++) writeFileSync(join(files, `${i}.md`), `# Report ${i}\n\nPump ${i} failed at 14:${10 + i}.\n`)
  core = await openApp(data)
  importing = core.ingest([files])
})

/** Asks a little while readers come and go, and says when no durable event will follow. */
async function keepBusy(): Promise<number> {
  for (let i = 0; i < 10; i++) await core.ask(`When did pump ${i} fail?`)
  await importing
  await core.app.idle()
  return (await core.call('runs.list')).total
}

test('FEED-01 twenty random reconnects during imports and answers: every durable event once, in order, at each of three doors', async () => {
  const roll = createDice(20_261_122)
  const served = await serveCore(core.app, core.paths.socket, 'tester')
  expect(served.ok).toBe(true)
  const seen = { inside: [] as number[], socket: [] as number[], fetched: [] as number[] }
  let isOver = false

  const inside = async () => {
    const cursor = createFeedCursor(0)
    while (!isOver) {
      const stop = core.app.subscribe(cursor.after, (item) => {
        FeedItem.parse(item)
        if (item.kind === 'snapshot') expect(item.seq).toBe(cursor.after)
        // A real stream drops what is written after its end: only what arrives is taken.
        if (cursor.take(item) && item.kind === 'event') seen.inside.push(item.event.seq)
      })
      await sleep(roll(400))
      stop()
      await sleep(roll(100))
    }
  }
  const overSocket = async () => {
    const cursor = createFeedCursor(0)
    for (let i = 0; i < reconnects || !isOver; i++) {
      const link = await connectCore(socketAddresses(data), 'cli')
      if (!link.ok) throw new Error(link.error.code)
      const stop = link.value.subscribe(cursor.after, (item) => {
        if (cursor.take(item) && item.kind === 'event') seen.socket.push(item.event.seq)
      })
      await sleep(50 + roll(300))
      if (roll(2) === 0) stop()
      await link.value.close()
    }
  }
  const fetched = async () => {
    const cursor = createFeedCursor(0)
    for (let i = 0; i < reconnects || !isOver; i++) {
      const feed = createWaitingFeed(core.app, cursor.after)
      const endsAt = performance.now() + roll(300)
      while (performance.now() < endsAt) {
        const page = await Promise.race([feed.next(), sleep(50, null)])
        if (page === null) break
        for (const raw of JSON.parse(page) as unknown[]) {
          const item = FeedItem.parse(raw)
          if (cursor.take(item) && item.kind === 'event') seen.fetched.push(item.event.seq)
        }
      }
      feed.close()
    }
  }
  const readers = [inside(), overSocket(), fetched()]
  await keepBusy()
  await sleep(600)
  isOver = true
  await Promise.all(readers)
  if (served.ok) await served.value.close()

  const last = await new Promise<number>((resolve) => {
    core.app.subscribe(null, (item) => {
      if (item.kind === 'snapshot') resolve(item.seq)
    })
  })
  const all = Array.from({ length: last }, (_, i) => i + 1)
  expect(last).toBeGreaterThan(100)
  expect(seen.inside).toEqual(all)
  expect(seen.socket).toEqual(all)
  expect(seen.fetched).toEqual(all)
}, 120_000)

test('FEED-02 the progress of a document of many pages is told at most ten times a second, and its outcome always', async () => {
  const pdf = join(folder, 'long.pdf')
  writeFileSync(pdf, await makeTextPdf(300))
  const told: number[] = []
  const outcomes: string[] = []
  const stop = core.app.subscribe(null, (item) => {
    if (item.kind !== 'import' || item.file === null) return
    if (item.file.outcome === 'reading' && item.file.done > 0) told.push(performance.now())
    else outcomes.push(item.file.outcome)
  })
  await core.ingest([pdf])
  stop()
  expect(outcomes).toContain('indexed')
  expect(told.length).toBeGreaterThan(0)
  // A loop that was held up tells one a little late, and the next in time.
  const lasted = (told.at(-1) ?? 0) - (told[0] ?? 0)
  expect(told.length - 1).toBeLessThanOrEqual(lasted / 100 + 1)
}, 120_000)

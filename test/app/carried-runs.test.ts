/** A run made in one core, carried to another as a file: the same events there, to be read and never executed; and files that are no such thing. */
import { randomBytes } from 'node:crypto'
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import type { RecordedEvent } from '../../main/domain/recorded-event.ts'
import type { RunFile } from '../../main/domain/run/run-file.ts'
import { openReader } from '../../main/store/open.ts'
import { faultsOf } from '../support/check-store.ts'
import { type OpenApp, openApp } from '../support/open-app.ts'
import { chainedAnew, parseRecorded, recordedRun, recordedRuns } from '../support/recorded-runs.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

const folder = temporaryFolder()
let [home, away]: OpenApp[] = []
beforeAll(async () => {
  home = await openApp(join(folder, 'home'))
  away = await openApp(join(folder, 'away'))
})
const opened = (app: OpenApp | undefined): OpenApp => {
  if (app === undefined) throw new Error('no core')
  return app
}

let files = 0
function fileOf(text: string | Uint8Array): string {
  const path = join(folder, `${files++}.json`)
  writeFileSync(path, text)
  return path
}

async function exported(app: OpenApp, runId: string): Promise<string> {
  let text = ''
  for (;;) {
    const piece = await app.call('runs.export', { runId, offset: text.length })
    text += piece.text
    if (text.length >= piece.chars) return text
  }
}
const eventsOf = async (app: OpenApp, runId: string): Promise<readonly RecordedEvent[]> =>
  (await app.call('runs.events', { runId, limit: 200 })).items
const withoutPlace = ({ seq: _seq, ...event }: RecordedEvent) => event
const importFile = (app: OpenApp, path: string) => app.call('runs.import', { source: { path } })

/** How many rows there are of everything that an import could write. */
function rowsOf({ paths }: OpenApp): unknown {
  const db = openReader(paths.database)
  try {
    const tables = ['events', 'runs', 'shards', 'steps', 'holds', 'bodies', 'blobs', 'labels', 'budget_ledger']
    return tables.map((table) => db.prepare(`SELECT '${table}' AS name, count(*) AS n FROM ${table}`).get())
  } finally {
    db.close()
  }
}

test('a run is carried with its events, hashes and texts as they are, and says that it was carried', async () => {
  const [from, to] = [opened(home), opened(away)]
  const { id: runId } = await from.ask('Where does the nightjar sleep?')
  const text = await exported(from, runId)
  const taken = await importFile(to, fileOf(text))
  expect(taken).toMatchObject({ id: runId, status: 'complete', isImported: true, title: 'Where does the nightjar sleep?' })
  const [there, here] = [await eventsOf(from, runId), await eventsOf(to, runId)]
  expect(here.slice(0, -1).map(withoutPlace)).toEqual(there.map(withoutPlace))
  expect(here.at(-1)).toMatchObject({ event: { type: 'run.imported' }, actor: { issuer: 'operator', account: 'tester' } })
  expect((await to.call('ask.answer', { runId })).answer).toEqual((await from.call('ask.answer', { runId })).answer)
  expect(await to.call('runs.replay', { runId })).toMatchObject({ isChainWhole: true, isSame: true, differences: [], status: 'complete' })
  expect(faultsOf(to.paths)).toEqual([])
  // Carried on, it is still the file that it was.
  expect(await exported(to, runId)).toBe(text)
})

test('a carried run is never executed, tried again, forked, resumed or taken back', async () => {
  const to = opened(away)
  const { path } = recordedRun('report-approved')
  const { id: runId } = await importFile(to, path)
  const before = await eventsOf(to, runId)
  const steps = (await to.call('steps.list', { runId })).items
  const call = steps.find(({ name }) => name === 'write_file')
  expect(steps.every(({ canUndo }) => !canUndo)).toBe(true)
  expect(await to.codeOf('runs.retry', { runId })).toBe('run.imported')
  expect(await to.codeOf('runs.fork', { runId, at: 0 })).toBe('run.imported')
  expect(await to.codeOf('runs.undo', { runId, stepId: call?.id })).toBe('step.no_undo')
  for (const name of ['runs.pause', 'runs.cancel'] as const) expect(await to.codeOf(name, { runId })).toBe('run.ended')
  expect(await to.codeOf('runs.resume', { runId })).toBe('run.not_paused')
  expect(await eventsOf(to, runId)).toEqual(before)
  expect((await to.call('approvals.list', {})).open).toBe(0)
})

test('what was carried is not counted as spent here', async () => {
  const db = openReader(opened(away).paths.database)
  expect(db.prepare('SELECT count(*) AS n FROM budget_ledger').get()).toEqual({ n: 0 })
  db.close()
})

test('RUN-14 every recording is taken in, and its rows are the fold of its events', async () => {
  const to = await openApp(join(folder, 'corpus'))
  for (const { path } of recordedRuns) await importFile(to, path)
  expect((await to.call('runs.list', { limit: 100 })).total).toBe(recordedRuns.length)
  expect(faultsOf(to.paths)).toEqual([])
})

test('two runs that share a shard or texts are both taken in', async () => {
  const [from, to] = [opened(home), await openApp(join(folder, 'shared'))]
  const { id: runId } = await from.ask('Who keeps the lamp?')
  const again = await from.settled((await from.call('runs.retry', { runId })).id)
  const forked = await from.settled((await from.call('runs.fork', { runId, at: 0 })).id)
  for (const id of [runId, again.id, forked.id]) await importFile(to, fileOf(await exported(from, id)))
  expect(faultsOf(to.paths)).toEqual([])
  // None of them joins a conversation here, or brings one.
  expect((await to.call('conversations.list')).total).toBe(0)
})

test('a carried run joins no conversation, though it names one that is here', async () => {
  const to = await openApp(join(folder, 'conversation'))
  const { conversationId } = await to.ask('Who keeps the lamp?')
  const text = chainedAnew(recordedRun('answered').text, ({ events }) => {
    for (const { event } of events) if (event.type === 'run.created') event.conversationId = conversationId
  })
  expect((await importFile(to, fileOf(text))).conversationId).toBe(conversationId)
  const { conversation, turns } = await to.call('conversations.get', { conversationId })
  expect([conversation.runs, turns.map(({ question }) => question)]).toEqual([1, ['Who keeps the lamp?']])
})

test('RUN-13 a forked question takes over what was found and written, and asks nothing again', async () => {
  const from = opened(home)
  const original = await from.ask('Who keeps the lamp?')
  const forked = await from.settled((await from.call('runs.fork', { runId: original.id, at: 1 })).id)
  expect(forked).toMatchObject({ status: 'complete', forkedFrom: { runId: original.id, ordinal: 1 } })
  const types = (await eventsOf(from, forked.id)).map(({ event }) => event.type)
  expect(types.filter((type) => /^(model|tool)\./.test(type))).toEqual([])
  expect(types.filter((type) => type === 'step.copied')).toHaveLength(2)
  const diff = await from.call('runs.diff', { a: original.id, b: forked.id })
  expect(diff).toMatchObject({ isSameInput: true, isSameResult: true })
  expect(diff.steps.map(({ isSameInput, isSameOutput, isSamePhase }) => [isSameInput, isSameOutput, isSamePhase])).toEqual([
    [true, true, true],
    [true, true, true],
  ])
})

describe('an import is refused, and leaves nothing', () => {
  const refusedWith = async (app: OpenApp, code: string, input: object) => {
    await app.app.idle()
    const before = rowsOf(app)
    expect(await app.codeOf('runs.import', { source: input })).toBe(code)
    expect(rowsOf(app)).toEqual(before)
  }

  test('when the very run is here already, and when its events are others', async () => {
    const [from, to] = [opened(home), opened(away)]
    const { path } = recordedRun('answered')
    await importFile(to, path)
    await refusedWith(to, 'run.already_here', { path })
    const { id: runId } = await from.ask('What is written on the bell?')
    const early = await exported(from, runId)
    await refusedWith(from, 'run.already_here', { path: fileOf(early) })
    const other = early.replaceAll(
      runId,
      (JSON.parse(recordedRun('answered').text) as { events: { stream: string }[] }).events[0]?.stream ?? '',
    )
    await refusedWith(to, 'runfile.broken_chain', { path: fileOf(other) })
  })

  test('when it is labelled above the ceiling: a suspected spill', async () => {
    const secret = await openApp(join(folder, 'secret'))
    await secret.call('station.configure', { ceiling: 'secret' })
    const { id: runId } = await secret.ask('Where is the boat?')
    await refusedWith(opened(away), 'label.above_ceiling', { path: fileOf(await exported(secret, runId)) })
  })

  /** The same run under an id of its own: whoever took it in would write over the rows of the first. */
  const renamed = (text: string, change: (file: RunFile) => unknown = () => undefined): string =>
    chainedAnew(text, (file) => {
      for (const event of file.events) event.stream = `run_${'0'.repeat(26)}`
      change(file)
    })

  test('when it names calls of another run', async () => {
    const to = await openApp(join(folder, 'calls'))
    const { path, text } = recordedRun('report-approved')
    await importFile(to, path)
    const elsewhere = renamed(text, (file) => {
      file.shard.id = `shd_${'0'.repeat(26)}`
      for (const { event } of file.events) if (event.type === 'run.created') event.shardId = file.shard.id
    })
    await refusedWith(to, 'runfile.taken_id', { path: fileOf(elsewhere) })
  })

  test('when it brings another attempt of a shard that is here under that number, or another shard under its id', async () => {
    const to = await openApp(join(folder, 'shards'))
    const { path, text } = recordedRun('cancelled')
    await importFile(to, path)
    const withoutHolds = (file: RunFile) => {
      file.events = file.events.filter(({ event }) => event.type === 'run.created')
      const queued = { type: 'run.aborted', from: 'prep', reason: 'user_request', atMs: 1 } as const
      file.events = file.events.flatMap((event) => [event, { ...event, event: queued }])
    }
    await refusedWith(to, 'runfile.taken_id', { path: fileOf(renamed(text, withoutHolds)) })
    const other = renamed(text, (file) => {
      withoutHolds(file)
      for (const { event } of file.events) if (event.type === 'run.created') event.attempt = 2
    })
    await refusedWith(to, 'runfile.taken_id', { path: fileOf(other.replace('"retriesMax":3', '"retriesMax":30')) })
    expect((await importFile(to, fileOf(other))).attempt).toBe(2)
  })

  test('when a text of it means something else here', async () => {
    const to = await openApp(join(folder, 'texts'))
    const { path, text } = recordedRun('cancelled')
    const [body] = parseRecorded(text).bodies
    await importFile(to, path)
    const other = chainedAnew(recordedRun('failed-at-its-budget').text, (file) => {
      const [own] = file.bodies
      if (own === undefined || body === undefined) throw new Error('the recording has no text')
      for (const { event } of file.events) if (event.type === 'run.created') event.input.body = body.body
      file.shard.input = body.body
      own.body = body.body
    })
    await refusedWith(to, 'runfile.taken_id', { path: fileOf(other) })
  })

  test('when it calls a text purged that is another one here: it would be read under this run', async () => {
    const to = await openApp(join(folder, 'purged'))
    const [own] = parseRecorded(recordedRun('answered').text).bodies
    await importFile(to, recordedRun('answered').path)
    const other = chainedAnew(recordedRun('failed-at-its-budget').text, (file) => {
      const gone = file.bodies.find(({ body }) => body === file.shard.input)
      if (own === undefined || gone === undefined) throw new Error('the recording has no text')
      for (const { event } of file.events) if (event.type === 'run.created') event.input.body = own.body
      file.shard.input = own.body
      file.bodies = file.bodies.filter((body) => body !== gone)
      file.purged = [own.body]
    })
    await refusedWith(to, 'runfile.taken_id', { path: fileOf(other) })
  })

  test.each<[what: string, make: () => string, code: string]>([
    ['there is no such file', () => join(folder, 'absent.json'), 'runfile.not_readable'],
    [
      'it is a folder',
      () => {
        mkdirSync(join(folder, 'a-folder'))
        return join(folder, 'a-folder')
      },
      'runfile.not_readable',
    ],
    [
      'it is a link',
      () => {
        symlinkSync(recordedRun('forked').path, join(folder, 'link.json'))
        return join(folder, 'link.json')
      },
      'runfile.not_readable',
    ],
    ['it is not text', () => fileOf(Uint8Array.of(0x7b, 0xff, 0xfe)), 'runfile.not_text'],
    ['it is noise', () => fileOf(randomBytes(4_096)), 'runfile.not_text'],
    ['it is larger than a run may be', () => fileOf(Buffer.alloc(64 * 1024 * 1024 + 1, 32)), 'runfile.too_large'],
    ['its path is not whole', () => 'run.json', 'runfile.bad_path'],
    ['it lies in the data folder', () => join(opened(away).paths.data, 'holdfast.db'), 'runfile.own_data'],
  ])('when %s', async (_what, make, code) => {
    await refusedWith(opened(away), code, { path: make() })
  })
})

test('a file that was sent in pieces is taken in, and nothing of the upload stays', async () => {
  const to = await openApp(join(folder, 'sent'))
  const bytes = Buffer.from(recordedRun('answered').text)
  const send = async (data: Buffer) => {
    const { uploadId } = await to.call('uploads.begin', { name: 'run.json', size: data.length })
    await to.call('uploads.append', { uploadId, offset: 0, data: data.toString('base64') })
    return { uploadId }
  }
  expect((await to.call('runs.import', { source: await send(bytes) })).status).toBe('complete')
  const source = await send(Buffer.from('{}'))
  expect(await to.codeOf('runs.import', { source })).toBe('runfile.other_format')
  expect(await to.codeOf('runs.import', { source })).toBe('upload.incomplete')
})

test('only what has ended is exported', async () => {
  const from = opened(home)
  const started = await Promise.all(
    Array.from({ length: 12 }, () => from.call('ask.start', { question: 'Who keeps the lamp?', modelId: null })),
  )
  const runId = started.at(-1)?.runId ?? ''
  await from.call('runs.pause', { runId })
  expect(await from.codeOf('runs.export', { runId })).toBe('run.not_ended')
  await from.call('runs.cancel', { runId })
  expect((await from.call('runs.export', { runId })).text).toContain('"run.aborted"')
  expect(await from.codeOf('runs.export', { runId, offset: 10_000_000 })).toBe('runfile.past_end')
})

/** The record of what the guard sees, over a real store: nothing goes without its row. */
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { mkdirSync, readFileSync } from 'node:fs'
import { connect, createServer, type Socket } from 'node:net'
import { join } from 'node:path'
import { setImmediate } from 'node:timers/promises'
import { afterEach, expect, test } from 'vitest'
import { egress, keepEgressRecord } from '../../main/composition/egress.ts'
import { unclassified } from '../../main/domain/label.ts'
import type { StationEvent } from '../../main/domain/station-events.ts'
import { createActivity } from '../../main/handlers/activity.ts'
import { type EgressDesk, egressHandlers } from '../../main/handlers/egress.ts'
import type { Services } from '../../main/handlers/services.ts'
import { asTest, refuse } from '../../main/platform/egress-attempts.ts'
import { EgressDenied } from '../../main/platform/egress-denied.ts'
import { createStationLog } from '../../main/store/station-log.ts'
import { newId, openRunStore } from '../support/run-store.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

const folder = temporaryFolder()
const digest = { alg: 'sha256', value: 'ab'.repeat(32) } as const
const closing: Array<() => void> = []
afterEach(() => {
  for (const close of closing.splice(0)) close()
})

function keep({ isReadOnly = false, test }: { isReadOnly?: boolean; test?: EgressDesk['test'] } = {}) {
  const at = join(folder, newId('boot'))
  mkdirSync(at)
  const store = openRunStore(at)
  const { db, log } = store
  const boot = newId('boot')
  const station = createStationLog(db, log, 'station', Date.now, () => undefined)
  const defects: unknown[] = []
  const heard: StationEvent[] = []
  const activity = createActivity({ commit: (entries) => void heard.push(...entries.map(({ event }) => event)), onDefect: () => undefined })
  const record = keepEgressRecord({
    ...{ db, station, clock: Date.now, boot, tenant: 'station', ceiling: () => unclassified, isReadOnly, activity },
    childHost: { start: () => expect.unreachable(), close: async () => undefined },
    onDefect: (_where, error) => defects.push(error),
  })
  closing.push(() => {
    record.close()
    activity.close()
    store.close()
  })
  // The handlers take of the core only what is here.
  const services = {
    egress: { ...record.desk, ...(test === undefined ? {} : { test }) },
    boot,
    clock: Date.now,
    version: '1',
    paths: { exports: join(at, 'exports') },
    activity,
  } as unknown as Services
  return {
    ...{ record, db, defects, heard, activity, boot },
    handlers: egressHandlers(services),
    rows: () => {
      record.desk.settle()
      return record.desk.ledger.list({}, 100, 0).items
    },
    events: () => log.readStream('station').map(({ event }) => event),
  }
}

/** A server on this machine that tells whether anybody ever came. */
async function listening() {
  const seen = { connections: 0 }
  const server = createServer((socket) => {
    seen.connections += 1
    socket.on('error', () => undefined).end('an answer')
    socket.resume()
  }).listen(0, '127.0.0.1')
  closing.push(() => server.close())
  await once(server, 'listening')
  const address = server.address()
  return { seen, port: typeof address === 'object' && address !== null ? address.port : 0 }
}
const send = async (socket: Socket) => {
  await once(socket, 'connect')
  socket.end('twelve bytes')
  socket.resume()
  await once(socket, 'close')
}

test('EGR-03 what is let through is on record before it goes: where to, the hash of what went, for which step, and how much', async () => {
  const { rows, events, record } = keep()
  const { port } = await listening()
  const [runId, stepId] = [newId('run'), newId('stp')]
  await egress.permitEgress({ host: '127.0.0.1', port, part: 'endpoint', digest, runId, stepId }, async () => {
    const socket = connect(port, '127.0.0.1')
    // Nothing has been connected yet, and the row is there.
    expect(rows()).toMatchObject([{ decision: 'allowed', endedAt: null }])
    await send(socket)
  })
  expect(rows()).toMatchObject([
    {
      ...{ decision: 'allowed', reason: 'permitted', part: 'endpoint', kind: 'connect', destination: `127.0.0.1:${port}`, count: 1 },
      ...{ digest, runId, stepId, bytesOut: 12, bytesIn: 9, endedAt: expect.any(Number) },
    },
  ])
  const [row] = rows()
  const commitment = createHash('sha256').update(`${row?.salt}${row?.destination}`).digest('hex')
  expect(events()).toEqual([
    {
      ...{ type: 'egress.allowed', entry: row?.entry, part: 'endpoint', kind: 'connect', digest, runId, stepId },
      destination: { alg: 'sha256', value: commitment },
    },
  ])
  expect(record.desk.letThrough()).toBe(1)
})

test.each([
  ['the ledger cannot be written', ({ db }: ReturnType<typeof keep>) => db.pragma('query_only = ON')],
  ['nobody keeps the record', ({ record }: ReturnType<typeof keep>) => record.close()],
  ['a transaction could take the row back', ({ db }: ReturnType<typeof keep>) => db.exec('BEGIN')],
])('EGR-03 nothing goes when %s', async (_why, breakIt) => {
  const kept = keep()
  const { seen, port } = await listening()
  breakIt(kept)
  await egress.permitEgress({ host: '127.0.0.1', port, part: 'endpoint' }, async () => {
    expect(() => connect(port, '127.0.0.1')).toThrow(EgressDenied)
    await expect(fetch(`http://127.0.0.1:${port}/`)).rejects.toMatchObject({ cause: { code: 'egress.denied', reason: 'not_recorded' } })
  })
  const listen = egress.permitListen({ host: '192.0.2.7', port: 8080, part: 'serve' }, async () => expect.unreachable())
  await expect(listen).rejects.toMatchObject({ reason: 'not_recorded' })
  expect(seen.connections).toBe(0)
  if (kept.db.inTransaction) kept.db.exec('ROLLBACK')
  kept.db.pragma('query_only = OFF')
})

test('EGR-02 what is refused stands in the ledger as it was, and in the log as a commitment and a number', async () => {
  const { rows, events } = keep()
  const smuggled = 'the-quokka-was-here.invalid'
  for (let i = 0; i < 500; i++) expect(() => connect(80, smuggled)).toThrow(EgressDenied)
  await setImmediate()
  expect(rows().map(({ decision, destination, count }) => [decision, destination, count])).toEqual([
    ['denied', `${smuggled}:80`, 499],
    ['denied', `${smuggled}:80`, 1],
  ])
  expect(events().map((event) => event.type === 'egress.denied' && [event.count, event.reason])).toEqual([
    [1, 'no_permit'],
    [499, 'no_permit'],
  ])
  expect(JSON.stringify(events())).not.toContain('quokka')
})

test('EGR-02 refused inside of a transaction that is taken back, it stands all the same', async () => {
  const { rows, db } = keep()
  expect(() =>
    db.transaction(() => {
      connect(81, '192.0.2.7')
    })(),
  ).toThrow(EgressDenied)
  await setImmediate()
  expect(rows().map(({ destination }) => destination)).toEqual(['192.0.2.7:81'])
})

test('EGR-02 on a damaged store the journal alone hears of it, and nothing is let through', async () => {
  const { heard, activity, rows } = keep({ isReadOnly: true })
  expect(() => connect(82, '192.0.2.7')).toThrow(EgressDenied)
  const listen = egress.permitListen({ host: '192.0.2.7', port: 8080, part: 'serve' }, async () => expect.unreachable())
  await expect(listen).rejects.toMatchObject({ code: 'egress.denied' })
  activity.close()
  expect(heard.map(({ type }) => type)).toEqual(['egress.denied', 'egress.denied'])
  expect(rows()).toEqual([])
})

test('the ledger is append-only', async () => {
  const { rows, db } = keep()
  expect(() => connect(83, '192.0.2.7')).toThrow(EgressDenied)
  const { port } = await listening()
  await egress.permitEgress({ host: '127.0.0.1', port, part: 'endpoint' }, () => send(connect(port, '127.0.0.1')))
  expect(rows()).toHaveLength(2)
  const change = (sql: string) => () => db.exec(sql)
  expect(change('DELETE FROM egress_ledger')).toThrow('attempts are kept')
  expect(change("UPDATE egress_ledger SET destination = 'x', ended_at = 1")).toThrow('only ends')
  expect(change('UPDATE egress_ledger SET bytes_out = 0')).toThrow('only ends')
})

test('EGR-02 the ledger goes into a file whose hash is told, with what proves the log', async () => {
  const { handlers } = keep()
  for (const port of [84, 85]) expect(() => connect(port, '192.0.2.7')).toThrow(EgressDenied)
  const exported = await handlers['egress.export']({}, { account: 'ana', shell: 'cli' })
  if (!exported.ok) throw new Error(exported.error.code)
  const text = readFileSync(exported.value.file, 'utf8')
  const [header, ...lines] = text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, string>)
  expect(header).toMatchObject({ line: 'header', format: 1, last: 2 })
  expect(lines.map(({ destination }) => destination)).toEqual(['192.0.2.7:84', '192.0.2.7:85'])
  expect(exported.value).toMatchObject({ entries: 2, bytes: Buffer.byteLength(text) })
  expect(createHash('sha256').update(text).digest('hex')).toBe(exported.value.digest.value)
  for (const { salt, destination, commitment } of lines)
    expect(commitment).toEqual({ alg: 'sha256', value: createHash('sha256').update(`${salt}${destination}`).digest('hex') })
})

test.each([
  ['caught and recorded', true, true, true],
  ['let through', false, true, false],
  ['caught and not recorded', true, false, false],
])('EGR-02 a self-test whose attempt was %s', async (_what, isCaught, isRecorded, expected) => {
  const { handlers, rows, heard, activity } = keep({
    test: async () => {
      if (isRecorded) asTest(() => refuse({ kind: 'connect', destination: '192.0.2.1:443' }))
      return [{ way: 'TCP', part: 'core', destination: '192.0.2.1:443', code: 'egress.denied', isCaught }]
    },
  })
  const tested = await handlers['egress.selfTest']({}, { account: 'ana', shell: 'cli' })
  expect(tested.ok && tested.value.ok).toBe(expected)
  expect(rows().map(({ decision }) => decision)).toEqual(isRecorded ? ['test'] : [])
  activity.close()
  expect(heard).toEqual([{ type: 'egress.tested', planted: 1, caught: isCaught ? 1 : 0 }])
})

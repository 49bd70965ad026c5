import type { IpcMain } from 'electron'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { serveBridge } from '../../main/electron/bridge.ts'
import { FakeContents, ipcMain, runPreload } from '../support/electron-fake.ts'
import { createTestCore, type TestCore, testId } from '../support/test-core.ts'
import { waitUntil } from '../support/wait-until.ts'

let core: TestCore
let contents: FakeContents
beforeEach(() => {
  ipcMain.handlers.clear()
  core = createTestCore()
  contents = new FakeContents()
  // The fake has the one member that the bridge uses.
  serveBridge(ipcMain as unknown as IpcMain, core, 'tester', (asking) => (asking as unknown) === contents)
})
afterEach(() => {
  contents.emit('destroyed')
  expect(core.listeners).toBe(0)
})

const send = async (channel: string, text: unknown, sender: unknown = contents, senderFrame: unknown = contents.mainFrame) => {
  const handler = ipcMain.handlers.get(channel)
  if (handler === undefined) throw new Error(`No ${channel}`)
  const answer = await handler({ sender, senderFrame }, text)
  expect(typeof answer).toBe('string')
  return JSON.parse(String(answer))
}
const refused = (code: string) => ({ ok: false, error: { code, message: expect.any(String), hint: expect.any(String) } })
const goodCall = JSON.stringify({ name: 'collections.list', input: {} })

test('E11 there are two channels, and the page sees three frozen functions', () => {
  expect([...ipcMain.handlers.keys()].sort()).toEqual(['call', 'event'])
  const { exposed } = runPreload(contents)
  expect(Object.keys(exposed)).toEqual(['holdfast'])
  expect(Object.isFrozen(exposed.holdfast)).toBe(true)
  expect(Object.keys(exposed.holdfast ?? {}).sort()).toEqual(['call', 'pathOf', 'subscribe'])
})

test('AIR-04 where a dropped folder lies is told without a message; what the page made itself lies nowhere', () => {
  const { exposed, sent } = runPreload(contents)
  expect(exposed.holdfast?.pathOf({ droppedFrom: '/media/usb/holdfast-1.0.0' })).toBe('/media/usb/holdfast-1.0.0')
  expect(exposed.holdfast?.pathOf({ droppedFrom: '' })).toBeNull()
  for (const odd of [null, 'x', {}, { path: '/etc' }]) expect(exposed.holdfast?.pathOf(odd)).toBeNull()
  expect(sent).toEqual([])
})

test('E11 the name of a channel is only ever the name of a call that does not exist', async () => {
  const { exposed, sent } = runPreload(contents)
  for (const name of ['event', 'call', 'ELECTRON_BROWSER_REQUIRE', 'ipc-message']) {
    expect(await exposed.holdfast?.call(name, { open: null })).toEqual(refused('call.unknown'))
  }
  expect(new Set(sent.map(([channel]) => channel))).toEqual(new Set(['call']))
})

test('E7 only strings cross the bridge, whatever the page hands over', async () => {
  const { exposed, sent } = runPreload(contents)
  const odd = [new Date(0), new Map([[1, 2]]), new ArrayBuffer(8), /x/, () => 1, Symbol('x'), 1n, undefined]
  for (const input of odd) expect(await exposed.holdfast?.call('collections.list', input)).toMatchObject({ ok: expect.any(Boolean) })
  const loop: Record<string, unknown> = {}
  loop.loop = loop
  expect(await exposed.holdfast?.call('collections.list', loop)).toEqual(refused('bridge.broken'))
  for (const message of sent) expect(message.map((part) => typeof part)).toEqual(['string', 'string'])
  expect(await exposed.holdfast?.call('collections.list', {})).toEqual({ ok: true, value: { items: [] } })
})

test('a call is made as the account, through the desktop', async () => {
  expect(await send('call', goodCall)).toEqual({ ok: true, value: { items: [] } })
  expect(core.callers).toEqual([{ account: 'tester', shell: 'desktop' }])
})

const frame = (url: string, parent: unknown = null) => ({ url, parent })
const strangers: ReadonlyArray<readonly [string, () => readonly [sender: unknown, frame: unknown]]> = [
  ['no frame', () => [contents, null]],
  ['a frame below', () => [contents, frame('app://holdfast/', contents.mainFrame)]],
  [
    'a frame that says it is the top and has one above',
    () => {
      contents.mainFrame = frame('app://holdfast/', frame('https://evil.example/'))
      return [contents, contents.mainFrame]
    },
  ],
  ['another top frame', () => [contents, frame('app://holdfast/')]],
  ['another window', () => [new FakeContents(), new FakeContents().mainFrame]],
  [
    'another window with a frame of its own',
    () => {
      const other = new FakeContents()
      return [other, other.mainFrame]
    },
  ],
  ...['https://evil.example/', 'file:///index.html', 'about:blank', 'app://evil/', 'data:text/html,x', ''].map(
    (url) =>
      [
        `the own frame, gone to ${url}`,
        () => {
          contents.mainFrame = frame(url)
          return [contents, contents.mainFrame] as const
        },
      ] as const,
  ),
  [
    'a frame that is gone',
    () => {
      contents.mainFrame = {
        parent: null,
        get url(): string {
          throw new Error('Render frame was disposed before WebFrameMain could be accessed')
        },
      }
      return [contents, contents.mainFrame]
    },
  ],
]

test.each(strangers)('E8 %s is not heard on any channel', async (_who, from) => {
  const [sender, senderFrame] = from()
  for (const channel of ipcMain.handlers.keys()) {
    for (const text of [goodCall, '{"open":null}', 'x'])
      expect(await send(channel, text, sender, senderFrame)).toEqual(refused('bridge.stranger'))
  }
  expect(core.callers).toEqual([])
  expect(core.listeners).toBe(0)
})

test.each([
  ['call', '{"name":"collections.list","input":{},"extra":1}'],
  ['call', '{"name":7,"input":{}}'],
  ['call', '[]'],
  ['call', 'x'],
  ['call', ''],
  ['call', 'null'],
  ['call', { name: 'collections.list', input: {} }],
  ['call', undefined],
  ['call', ' '.repeat(4 * 1024 * 1024) + goodCall],
  ['event', '{"open":-1}'],
  ['event', '{"open":null,"next":1}'],
  ['event', '{"next":0}'],
  ['event', '{"close":"1"}'],
  ['event', '{}'],
  ['event', goodCall],
])('E8 on the channel %s a malformed message is refused', async (channel, text) => {
  expect(await send(channel, text)).toEqual(refused('bridge.bad_request'))
})

test('E8 10,000 made-up messages on each channel get typed answers, and the bridge lives', async () => {
  let state = 20_261_120
  const dice = (sides: number) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return state % sides
  }
  const pieces = [
    '{',
    '}',
    '"name"',
    '"input"',
    '"next"',
    '"close"',
    '"open"',
    ':',
    ',',
    '1',
    '-1',
    'null',
    '"collections.list"',
    '{}',
    '[',
    ']',
  ]
  for (const channel of ['call', 'event']) {
    for (let i = 0; i < 10_000; i++) {
      const text = `{${Array.from({ length: dice(9) }, () => pieces[dice(pieces.length)]).join('')}}`
      const answer = await send(channel, text)
      if (typeof answer.id === 'number') await send('event', JSON.stringify({ close: answer.id }))
      else if (answer.ok !== true && answer.items === undefined && Object.keys(answer).length > 0)
        expect(answer).toMatchObject({ ok: false, error: { code: expect.stringMatching(/^[a-z]+\.[a-z_]+$/) } })
    }
  }
  expect(await send('call', goodCall)).toMatchObject({ ok: true })
})

test('a page that was loaded anew leaves no feed behind, nor one that crashed', async () => {
  const { exposed } = runPreload(contents)
  for (const gone of ['did-navigate', 'render-process-gone', 'destroyed']) {
    exposed.holdfast?.subscribe(null, () => undefined)
    await waitUntil(() => core.listeners === 1, 'the subscription')
    contents.emit(gone)
    expect(core.listeners).toBe(0)
  }
})

test('a window follows a limited number of feeds', async () => {
  for (let i = 0; i < 16; i++) expect(await send('event', '{"open":null}')).toEqual({ id: expect.any(Number) })
  expect(await send('event', '{"open":null}')).toEqual(refused('bridge.too_many_feeds'))
})

test('a page that does not fetch holds nothing back in the core, and goes on from where it is', async () => {
  const { id } = await send('event', '{"open":0}')
  core.append(2)
  const first = await send('event', JSON.stringify({ next: id }))
  expect(first.items.map((item: { kind: string }) => item.kind)).toEqual(['snapshot', 'event', 'event'])
  core.append(1)
  for (let i = 0; i < 20; i++) core.emit({ kind: 'delta', runId: testId('run', 1), offset: i, text: 'x'.repeat(1024 * 1024) })
  expect(core.listeners).toBe(0)
  core.append(1)
  const second = await send('event', JSON.stringify({ next: id }))
  expect(second.items.map((item: { kind: string; event?: { seq: number } }) => item.event?.seq ?? item.kind)).toEqual(['snapshot', 3, 4])
})

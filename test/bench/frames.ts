/**
 * How long the window takes for a frame while 5,000 runs are live in Mission Control: events stream in and the list is scrolled, by turns
 * with the same scrolling alone. In a real browser without a graphics card, on the built window; what it asks is answered from a script.
 */
import { loadavg } from 'node:os'
import type { Page } from 'playwright-core'
import { missionIds } from '../browser/screens/fixture-missions.ts'
import { openHarness } from '../browser/screens/harness.ts'
import build from '../support/build-once.ts'

const sizes = { listed: 5_000, shards: 50, workers: 8, rounds: 5, secondsPerTurn: 6, eventsPerTick: 4, tickMs: 10 } as const
const target = { frameMsMax: 50 } as const

const quantile = (values: readonly number[], q: number): number =>
  values.toSorted((a, b) => a - b)[Math.min(values.length - 1, Math.floor(values.length * q))] ?? Number.NaN

interface Turn {
  readonly frames: readonly number[]
  readonly told: number
  /** How often the page asked for what the events changed. */
  readonly read: number
}

/**
 * Each fills its list with as many as there may be, says what one event makes of one of them, and which room is scrolled. Of one mission as
 * many shards move as there are workers.
 */
const places = {
  board: {
    address: '#/missions',
    list: `[...document.querySelectorAll('[data-phase="EXECUTING"] [role=listbox]')][0]`,
    fill: `
      const { call } = holdfast
      const [base] = (await call('missions.list', { phases: ['EXECUTING'] })).value.items
      globalThis.held = Array.from({ length: ${sizes.listed} }, (_, i) => ({ ...base, id: base.id.slice(0, -4) + (1000 + i), goal: 'Goal ' + i, gate: null }))
      holdfast.call = async (name, input) => name !== 'missions.list' || input.phases?.[0] !== 'EXECUTING' ? call(name, input)
        : (read += 1) && { ok: true, value: { items: held.slice(input.offset, input.offset + input.limit).map((one) => ({ ...one })), total: held.length, waiting: 0 } }`,
    move: `one.shardsSettled = (one.shardsSettled + 1) % (one.shards + 1); return { type: 'mission.resumed', atMs: 0 }`,
  },
  runs: {
    address: '#/runs',
    list: `[...document.querySelectorAll('[role=listbox]')][0]`,
    fill: `
      const { call } = holdfast
      const [base] = (await call('runs.list', { limit: 1 })).value.items
      globalThis.held = Array.from({ length: ${sizes.listed} }, (_, i) => ({ ...base, id: base.id.slice(0, -4) + (1000 + i), title: 'Task ' + i }))
      holdfast.call = async (name, input) => name !== 'runs.list' ? call(name, input)
        : (read += 1) && { ok: true, value: { items: held.slice(input.offset ?? 0, (input.offset ?? 0) + (input.limit ?? 50)).map((one) => ({ ...one })), total: held.length } }`,
    move: `one.tokensUsed += 100; return { type: 'run.activated', from: 'launching', reason: 'agent_ready', atMs: 0 }`,
  },
  mission: {
    address: `#/missions/${missionIds.working}`,
    list: `document.querySelector('main')`,
    fill: `
      const { call } = holdfast
      const base = (await call('missions.get', { missionId: '${missionIds.working}' })).value
      const shardList = Array.from({ length: ${sizes.shards} }, (_, i) => ({ ...base.shardList[0], key: 's' + (i + 1), title: 'Shard ' + i, after: i < 8 ? [] : ['s' + (i - 7)], status: 'running' }))
      globalThis.held = shardList.slice(0, ${sizes.workers}).map((shard) => ({ id: base.id, shard }))
      holdfast.call = async (name, input) => name !== 'missions.get' ? call(name, input)
        : (read += 1) && { ok: true, value: { ...base, shards: ${sizes.shards}, shardList: shardList.map((one) => ({ ...one })) } }`,
    move: `
      one.shard.status = one.shard.status === 'running' ? 'accepted' : 'running'
      return { type: 'mission.run_started', key: one.shard.key, runId: 'run_', attempt: 1, atMs: 0 }`,
  },
} as const

const turn = (page: Page, { list, move }: (typeof places)[keyof typeof places], isLive: boolean): Promise<Turn> =>
  page.evaluate<Turn>(`(async () => {
    const room = ${list}
    const frames = []
    let last = null
    let isOver = false
    const note = (at) => {
      if (last !== null) frames.push(at - last)
      last = at
      room.scrollTop = room.scrollTop + room.clientHeight + 40 >= room.scrollHeight ? 0 : room.scrollTop + 40
      if (!isOver) requestAnimationFrame(note)
    }
    const change = (one) => { ${move} }
    requestAnimationFrame(note)
    globalThis.seq ??= 901
    const [from, before] = [seq, read]
    for (const until = performance.now() + ${sizes.secondsPerTurn * 1_000}; performance.now() < until; await new Promise((resolve) => setTimeout(resolve, ${sizes.tickMs}))) {
      if (${isLive}) for (let i = 0; i < ${sizes.eventsPerTick}; i++) {
        const one = held[(seq * 37) % held.length]
        holdfast.tell({ kind: 'event', event: { seq: seq++, stream: one.id, version: 9, at: 0, event: change(one) } })
      }
    }
    isOver = true
    return { frames, told: seq - from, read: read - before }
  })()`)

const said = (frames: readonly number[]): string =>
  `${frames.length} frames, median ${quantile(frames, 0.5).toFixed(0)}, 95 % ${quantile(frames, 0.95).toFixed(0)}, 99 % ${quantile(frames, 0.99).toFixed(0)}, longest ${Math.max(...frames).toFixed(0)} ms, ${frames.filter((ms) => ms > target.frameMsMax).length} over ${target.frameMsMax} ms`

build()
const harness = await openHarness()
try {
  for (const name of Object.keys(places) as Array<keyof typeof places>) {
    const place = places[name]
    const { page } = await harness.open('full', '#/ask', { size: 'large', theme: 'light' })
    await page.evaluate(`(async () => { globalThis.read = 0; ${place.fill}; location.hash = '${place.address}' })()`)
    await page.evaluate(`(async () => {
      while (!(read > 0 && ${place.list}?.querySelectorAll('[role=option], .react-flow__node').length > 5)) await new Promise(requestAnimationFrame)
    })()`)
    const [live, still]: [number[], number[]] = [[], []]
    let [told, read] = [0, 0]
    // The first of each warms up what the browser compiles.
    for (let round = -1; round < sizes.rounds; round++) {
      for (const isLive of round % 2 === 0 ? [true, false] : [false, true]) {
        const one = await turn(page, place, isLive)
        if (round < 0) continue
        ;(isLive ? live : still).push(...one.frames)
        told += one.told
        read += isLive ? one.read : 0
      }
    }
    const perSecond = (count: number) => (count / sizes.rounds / sizes.secondsPerTurn).toFixed(1)
    process.stdout.write(
      `${name}\n  ${perSecond(told)} events/s, ${perSecond(read)} readings/s: ${said(live)}\n  no events: ${said(still)}\n`,
    )
    if (Math.max(...live) > target.frameMsMax) process.exitCode = 1
    await page.context().close()
  }
  process.stdout.write(
    `load average ${loadavg()
      .map((one) => one.toFixed(1))
      .join(' ')}\n`,
  )
} finally {
  await harness.close()
}

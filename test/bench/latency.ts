/**
 * How long the core keeps its shells waiting while 200 mixed documents are imported and answers stream, and while one document of
 * 2,000 pages is: the delay of its event loop, measured inside it, and the round trip of a call through its socket.
 */
import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { loadavg, tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { CallName, CallOutput } from '../../main/contract/calls.ts'
import type { Core } from '../../main/core.ts'
import { connectCore } from '../../main/core-link.ts'
import { socketAddresses } from '../../main/platform/paths.ts'
import { makeDecoder } from '../support/decoder.ts'
import type { LoopDelay } from '../support/loop-delay.ts'
import type { CoreFigures } from '../support/measured-core.ts'
import { makeTextPdf } from '../support/pdf-files.ts'
import { makeDocx, wordParagraph, wordXml } from '../support/zip-files.ts'

const sizes = { documents: 200, longPages: 2_000, betweenCallsMs: 10, writingSeed: 2 } as const
const target = { loopP99MsMax: 50 } as const

const caller = { account: 'bench', shell: 'cli' } as const
const quantile = (sorted: readonly number[], q: number): number =>
  sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * q))] ?? Number.NaN

/** Reports, logs, tables and letters, a few of them long. */
async function makeMixed(folder: string): Promise<void> {
  mkdirSync(folder)
  for (let i = 0; i < sizes.documents; i++) {
    const line = (n: number) => `Pump ${n % 17} of station ${i} was inspected at 14:${10 + (n % 50)} by crew ${n % 7} and found in order.`
    const lines = (count: number) => Array.from({ length: count }, (_, n) => line(n))
    const write = (extension: string, data: string | Uint8Array) => writeFileSync(join(folder, `${i}.${extension}`), data)
    if (i % 10 === 0) write('pdf', await makeTextPdf(8))
    else if (i % 10 === 1) write('docx', makeDocx(wordXml(lines(200).map(wordParagraph).join(''))))
    else if (i % 10 === 2)
      write(
        'html',
        `<h1>Station ${i}</h1>${lines(150)
          .map((text) => `<p>${text}</p>`)
          .join('')}`,
      )
    else if (i % 10 === 3)
      write(
        'csv',
        `number,entry\n${lines(1_500)
          .map((text, n) => `${n},"${text}"`)
          .join('\n')}`,
      )
    else if (i % 10 === 4) write('txt', lines(4_000).join('\n\n'))
    else write('md', `# Station ${i}\n\n${lines(20).join('\n\n')}`)
  }
}

interface Bench {
  readonly process: ChildProcess
  readonly idle: ChildProcess
  readonly core: Core
  call<N extends CallName>(name: N, input: unknown): Promise<CallOutput<N>>
}

async function startMeasured(name: string, args: readonly string[]): Promise<ChildProcess> {
  const child = fork(join(import.meta.dirname, `../support/${name}.ts`), args, { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] })
  await once(child, 'message')
  return child
}

async function begin(data: string): Promise<Bench> {
  const [child, idle] = await Promise.all([startMeasured('measured-core', [data]), startMeasured('idle-loop', [])])
  const link = await connectCore(socketAddresses(data), 'cli')
  if (!link.ok) throw new Error(link.error.code)
  const core = link.value
  return {
    process: child,
    idle,
    core,
    call: async <N extends CallName>(name: N, input: unknown) => {
      const reply = await core.dispatch(name, input, caller)
      if (!reply.ok) throw new Error(`${name}: ${reply.error.code}`)
      // Checked by the core with this call's own schema.
      return reply.value as CallOutput<N>
    },
  }
}

export interface Latency {
  readonly loop: CoreFigures
  /** The same of a process beside it that does nothing. */
  readonly idle: LoopDelay
  readonly calls: { readonly count: number; readonly p50Ms: number; readonly p99Ms: number; readonly maxMs: number }
  readonly answers: number
  readonly feedItems: number
  readonly seconds: number
}

/** Imports `source` with answers beside it, and measures until it is done. */
async function measure({ process: child, idle, core, call }: Bench, source: string, modelId: string): Promise<Latency> {
  let feedItems = 0
  const stop = core.subscribe(null, () => {
    feedItems += 1
  })
  child.send('begin')
  idle.send('begin')
  await once(child, 'message')
  const from = performance.now()
  const { importId } = await call('imports.start', { sources: [{ path: source }] })
  let isOver = false
  const trips: number[] = []
  const listing = (async () => {
    while (!isOver) {
      const at = performance.now()
      await call('runs.list', { limit: 20 })
      trips.push(performance.now() - at)
      await sleep(sizes.betweenCallsMs)
    }
  })()
  let answers = 0
  const asking = [modelId, null].map(async (model) => {
    while (!isOver) {
      const { runId } = await call('ask.start', { question: 'When was pump 3 of station 14 inspected?', modelId: model })
      while ((await call('runs.get', { runId })).endedAt === null) await sleep(20)
      answers += 1
    }
  })
  while ((await call('imports.get', { importId })).state === 'running') await sleep(100)
  isOver = true
  await Promise.all([listing, ...asking])
  child.send('end')
  idle.send('end')
  // The two scripts send just this.
  const [[loop], [beside]] = (await Promise.all([once(child, 'message'), once(idle, 'message')])) as [[CoreFigures], [LoopDelay]]
  stop()
  const sorted = trips.toSorted((a, b) => a - b)
  const calls = { count: trips.length, p50Ms: quantile(sorted, 0.5), p99Ms: quantile(sorted, 0.99), maxMs: sorted.at(-1) ?? 0 }
  return { loop, idle: beside, calls, answers, feedItems, seconds: (performance.now() - from) / 1_000 }
}

function print(title: string, { loop, idle, calls, answers, feedItems, seconds }: Latency): void {
  const ms = (value: number) => `${value.toFixed(1)} ms`
  console.log(
    `\n${title}: ${seconds.toFixed(1)} s, ${answers} answers, ${feedItems} items told, ${loop.cpuSeconds.toFixed(1)} s of the core's CPU`,
  )
  console.log(`  event loop   p50 ${ms(loop.p50Ms)}  p99 ${ms(loop.p99Ms)}  p99.9 ${ms(loop.p999Ms)}  max ${ms(loop.maxMs)}`)
  console.log(`  idle beside  p50 ${ms(idle.p50Ms)}  p99 ${ms(idle.p99Ms)}  p99.9 ${ms(idle.p999Ms)}  max ${ms(idle.maxMs)}`)
  console.log(`  runs.list    p50 ${ms(calls.p50Ms)}  p99 ${ms(calls.p99Ms)}  max ${ms(calls.maxMs)}  (${calls.count} calls)`)
}

export async function benchLatency(): Promise<{ readonly mixed: Latency; readonly long: Latency }> {
  const folder = mkdtempSync(join(tmpdir(), 'latency-bench-'))
  try {
    const model = join(folder, 'decoder.gguf')
    makeDecoder({ path: model, seed: sizes.writingSeed })
    await makeMixed(join(folder, 'mixed'))
    writeFileSync(join(folder, 'long.pdf'), await makeTextPdf(sizes.longPages))
    const bench = await begin(join(folder, 'data'))
    const { id } = await bench.call('models.import', { source: { path: model } })
    const mixed = await measure(bench, join(folder, 'mixed'), id)
    const long = await measure(bench, join(folder, 'long.pdf'), id)
    await bench.core.close()
    bench.process.disconnect()
    bench.idle.disconnect()
    await once(bench.process, 'exit')
    return { mixed, long }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

if (import.meta.main) {
  console.log(
    `load average ${loadavg()
      .map((load) => load.toFixed(1))
      .join(', ')}`,
  )
  const { mixed, long } = await benchLatency()
  print(`${sizes.documents} mixed documents and answers that stream`, mixed)
  print(`one PDF of ${sizes.longPages} pages and answers that stream`, long)
  const isGood = [mixed, long].every(({ loop }) => loop.p99Ms <= target.loopP99MsMax)
  console.log(`\nevent loop p99 at most ${target.loopP99MsMax} ms: ${isGood ? 'met' : 'NOT met'}`)
  process.exitCode = isGood ? 0 : 1
}

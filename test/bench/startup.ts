/** How long a person waits at the command line: from `holdfast ask` as a fresh process to its answer on the sample case, wall and CPU. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { loadavg, tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'

const sizes = { runs: 9 } as const
const target = { cpuMsMax: 1_000 } as const

const main = join(import.meta.dirname, '../../main')
const question = 'Who signed for the battery packs on 10 March?'
/** Runs inside the measured process and tells, at its very end, what it used with all its threads. */
const teller = `process.on('exit', () => { const { user, system } = process.cpuUsage(); process.stderr.write('cpu ' + (user + system) + '\\n') })`

const median = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[values.length >> 1] ?? Number.NaN

interface Measured {
  readonly firstOutputMs: number
  readonly cpuMs: number
}

async function measure(args: readonly string[]): Promise<Measured> {
  const from = performance.now()
  const child = spawn(
    process.execPath,
    ['--import', `data:text/javascript,${encodeURIComponent(teller)}`, join(main, 'cli/holdfast.ts'), ...args],
    {
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  )
  const first = once(child.stdout, 'data').then(() => performance.now() - from)
  const said = text(child.stderr)
  child.stdout.resume()
  const [firstOutputMs] = await Promise.all([first, once(child, 'close')])
  if (child.exitCode !== 0) throw new Error(`holdfast ${args[0]} ended with ${child.exitCode}: ${await said}`)
  return { firstOutputMs, cpuMs: Number(/cpu (\d+)/.exec(await said)?.[1]) / 1_000 }
}

export interface StartupBench {
  readonly answerMs: number
  readonly answerCpuMs: number
  /** The same for a command that opens no core: what Node and the modules cost alone. */
  readonly bareMs: number
  readonly bareCpuMs: number
}

export async function benchStartup(runs: number = sizes.runs): Promise<StartupBench> {
  const data = mkdtempSync(join(tmpdir(), 'startup-bench-'))
  try {
    await measure(['ingest', join(main, 'sample-case/documents'), '--data', data])
    const asked: Measured[] = []
    const bare: Measured[] = []
    for (let i = 0; i < runs; i++) {
      asked.push(await measure(['ask', question, '--data', data]))
      bare.push(await measure(['--version']))
    }
    return {
      answerMs: median(asked.map(({ firstOutputMs }) => firstOutputMs)),
      answerCpuMs: median(asked.map(({ cpuMs }) => cpuMs)),
      bareMs: median(bare.map(({ firstOutputMs }) => firstOutputMs)),
      bareCpuMs: median(bare.map(({ cpuMs }) => cpuMs)),
    }
  } finally {
    rmSync(data, { recursive: true })
  }
}

if (import.meta.main) {
  console.log(
    `load average ${loadavg()
      .map((load) => load.toFixed(1))
      .join(', ')}`,
  )
  const { answerMs, answerCpuMs, bareMs, bareCpuMs } = await benchStartup()
  console.log(`holdfast ask, fresh process to first output: ${answerMs.toFixed(0)} ms, ${answerCpuMs.toFixed(0)} ms of CPU`)
  console.log(`  of which loading the program alone: ${bareMs.toFixed(0)} ms, ${bareCpuMs.toFixed(0)} ms of CPU`)
  const isGood = answerCpuMs < target.cpuMsMax
  console.log(`under ${target.cpuMsMax} ms of CPU: ${isGood ? 'met' : 'NOT met'}`)
  process.exitCode = isGood ? 0 : 1
}

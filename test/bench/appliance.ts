/**
 * How long a person waits for the console: from a fresh process to the page it serves, of the delivered appliance and of this source
 * tree by turns, so that what else the machine does falls on both. Build first: `npm run appliance`.
 */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { loadavg, tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { productVersion } from '../../main/version.ts'

const sizes = { rounds: 9, waitMsMax: 60_000 } as const

const root = join(import.meta.dirname, '../..')
const delivered = join(root, 'dist/packages', `holdfast-${productVersion}-linux-x64`)

/** Each with a data folder of its own, which the first round makes. */
const subjects = {
  appliance: (data: string) => [join(delivered, 'holdfast'), 'start', '--no-open', '--data', data],
  source: (data: string) => [process.execPath, join(root, 'main/cli/start.ts'), '--console', '--no-open', '--data', data],
} as const
type Subject = keyof typeof subjects

const sorted = (values: readonly number[]): readonly number[] => values.toSorted((a, b) => a - b)
const at = (values: readonly number[], share: number): number => sorted(values)[Math.round(share * (values.length - 1))] ?? Number.NaN

/** Milliseconds from the start of the process to the last byte of its page. */
async function measure([command = '', ...args]: readonly string[]): Promise<number> {
  const env = { ...process.env, NODE_COMPILE_CACHE: undefined, HOLDFAST_LLAMA_THREADS: '1' }
  const from = performance.now()
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'inherit'], env })
  try {
    const [line] = await Promise.race([
      once(child.stdout, 'data'),
      sleep(sizes.waitMsMax, null, { ref: false }).then(() => Promise.reject(new Error(`${command} served nothing.`))),
    ])
    const url = /http:\/\/127\.0\.0\.1:\d+\//.exec(String(line))?.[0]
    if (url === undefined) throw new Error(`${command} said: ${line}`)
    const page = await fetch(url)
    const text = await page.text()
    if (page.status !== 200 || !text.includes('<div id="root">')) throw new Error(`${url} is no page of Holdfast.`)
    return performance.now() - from
  } finally {
    child.kill('SIGTERM')
    if (child.exitCode === null) await once(child, 'close')
  }
}

if (!existsSync(join(delivered, 'integrity.json'))) throw new Error(`There is no appliance at ${delivered}. Build it: npm run appliance.`)
if (!existsSync(join(root, 'dist/renderer/index.html'))) throw new Error('The page is not built. Build it: npm run build.')

const data = mkdtempSync(join(tmpdir(), 'appliance-bench-'))
try {
  const found: Record<Subject, number[]> = { appliance: [], source: [] }
  for (let round = -1; round < sizes.rounds; round++) {
    for (const name of Object.keys(subjects) as Subject[]) {
      const ms = await measure(subjects[name](join(data, name)))
      // The first makes the data folder, and reads the program from the disk.
      if (round >= 0) found[name].push(ms)
    }
  }
  console.log(
    `load average ${loadavg()
      .map((load) => load.toFixed(1))
      .join(', ')}; ${sizes.rounds} rounds, by turns`,
  )
  for (const [name, times] of Object.entries(found))
    console.log(
      `${name.padEnd(10)} ${at(times, 0.5).toFixed(0)} ms to the page (${at(times, 0.1).toFixed(0)} to ${at(times, 0.9).toFixed(0)})`,
    )
  const ratios = found.appliance.map((ms, i) => ms / (found.source[i] ?? Number.NaN))
  console.log(`appliance / source: ${at(ratios, 0.5).toFixed(2)} (${at(ratios, 0.1).toFixed(2)} to ${at(ratios, 0.9).toFixed(2)})`)
} finally {
  rmSync(data, { recursive: true, force: true })
}

/**
 * Decoding through the inference process against node-llama-cpp in a plain process, on a synthetic model of half a thousand million
 * parameters and one thread. Runs alternate A B, B A, …; the ratio of each pair counts. Exit code 1 when the target is missed.
 */
import { type ChildProcess, fork } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, renameSync } from 'node:fs'
import { loadavg } from 'node:os'
import { join } from 'node:path'
import { createInference } from '../../main/models/llama-host.ts'
import { createChildHost } from '../../main/platform/child-host.ts'
import { makeSyntheticDecoder } from '../support/decoder.ts'
import { loadable } from '../support/models.ts'

const limits = { pairs: 7, tokens: 160, ratioMin: 0.95 } as const
const prompt = 'the pump at the north gate failed after inspection'

interface Run {
  readonly tokensPerSecond: number
  readonly cpuMsPerToken: number
}

/** Milliseconds of processor time that a process has used, or NaN where the system does not tell. */
function cpuMs(pid: number): number {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    return (Number(fields[11]) + Number(fields[12])) * 10
  } catch {
    return Number.NaN
  }
}

function modelFile(): string {
  const folder = join(import.meta.dirname, '../../.bench')
  const path = join(folder, 'half-billion-q4_0.gguf')
  if (existsSync(path)) return path
  mkdirSync(folder, { recursive: true })
  process.stderr.write('making a synthetic model of about 0.3 GB\n')
  makeSyntheticDecoder({ path: `${path}.partial`, seed: 1, contextTokens: 1_024, name: 'half-billion' })
  renameSync(`${path}.partial`, path)
  return path
}

const path = modelFile()
const childHost = createChildHost()
const inference = createInference({ childHost, clock: Date.now, threads: 1, backend: async () => 'cpu', resolveModel: loadable })

async function throughProcess(): Promise<Run> {
  const cpuBefore = cpuMs(inference.health().chat.pid ?? 0)
  const started = performance.now()
  const reply = await inference.chat({
    modelId: path,
    messages: [{ role: 'user', text: prompt }],
    schema: null,
    tokensMax: limits.tokens,
    seed: 1,
    temperature: 0,
    onText: () => {},
  })
  // Measured in the core: rendering, queue and pipes are part of what a user waits for.
  const wallMs = performance.now() - started
  if (!reply.ok) throw new Error(`${reply.error.code}: ${reply.error.message}`)
  const tokens = reply.value.completionTokens
  const cpu = cpuMs(inference.health().chat.pid ?? 0) - cpuBefore
  return { tokensPerSecond: ((tokens - 1) * 1000) / (wallMs - reply.value.firstTokenMs), cpuMsPerToken: cpu / tokens }
}

const plain: ChildProcess = fork(join(import.meta.dirname, 'decode-in-process.ts'), [path, prompt], { execArgv: [] })
const message = () => new Promise<unknown>((resolve) => plain.once('message', resolve))
await message()
async function inProcess(): Promise<Run> {
  const cpuBefore = cpuMs(plain.pid ?? 0)
  const answered = message()
  plain.send(limits.tokens)
  const { tokens, decodeMs } = (await answered) as { readonly tokens: number; readonly decodeMs: number }
  const cpu = cpuMs(plain.pid ?? 0) - cpuBefore
  return { tokensPerSecond: ((tokens - 1) * 1000) / decodeMs, cpuMsPerToken: cpu / tokens }
}

const median = (values: readonly number[]): number => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN

// Both have read the weights once before anything counts.
await throughProcess()
await inProcess()
const pairs: Array<{ readonly a: Run; readonly b: Run }> = []
for (let pair = 0; pair < limits.pairs; pair++) {
  if (pair % 2 === 0) {
    const a = await throughProcess()
    pairs.push({ a, b: await inProcess() })
  } else {
    const b = await inProcess()
    pairs.push({ a: await throughProcess(), b })
  }
}
plain.disconnect()
await inference.close()
await childHost.close()

const ratios = pairs.map(({ a, b }) => a.tokensPerSecond / b.tokensPerSecond)
const cpuRatios = pairs.map(({ a, b }) => b.cpuMsPerToken / a.cpuMsPerToken)
const ratio = median(ratios)
console.log(`decode through the process / in-process: ${ratio.toFixed(3)} (target ≥ ${limits.ratioMin})`)
console.log(
  `  spread ${Math.min(...ratios).toFixed(3)} – ${Math.max(...ratios).toFixed(3)} over ${pairs.length} pairs of ${limits.tokens} tokens`,
)
console.log(
  `  by processor time ${median(cpuRatios).toFixed(3)}; load average ${loadavg()
    .map((value) => value.toFixed(2))
    .join(' ')}`,
)
console.log(
  `  ${median(pairs.map(({ a }) => a.tokensPerSecond)).toFixed(1)} against ${median(pairs.map(({ b }) => b.tokensPerSecond)).toFixed(1)} tokens/s, one thread`,
)
process.exitCode = ratio >= limits.ratioMin ? 0 : 1

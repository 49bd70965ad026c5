/** Plants attempts in every kind of part there is (this process, a thread of it, a child) and says whether each was caught. */
import { extname, join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { Worker } from 'node:worker_threads'
import * as z from 'zod'
import type { EgressPart } from '../domain/egress.ts'
import type { ChildHost } from '../world.ts'
import { plantedAttempts } from './egress-attempts.ts'
import { type TrialResult, trials, tryWaysOut } from './egress-trials.ts'

const limits = { deadlineMs: 60_000, hearMs: 1_000, pollMs: 10, residentBytesMax: 512 * 1024 * 1024 } as const

const Results = z.array(z.strictObject({ way: z.string(), destination: z.string(), isCaught: z.boolean(), code: z.string().nullable() }))
export type PartTrial = TrialResult & { readonly part: EgressPart }

const entryOf = (name: string): string => join(import.meta.dirname, `self-test-${name}${extname(import.meta.filename)}`)
/** A part that did not answer has proved nothing. */
const unproved = (): readonly TrialResult[] => trials.map(({ way, destination }) => ({ way, destination, isCaught: false, code: null }))

/** What a thread says of its attempts comes on another channel than its results. */
async function heard(count: number): Promise<void> {
  const endsAt = performance.now() + limits.hearMs
  while (plantedAttempts() < count && performance.now() < endsAt) await setTimeout(limits.pollMs)
}

function inWorker(): Promise<readonly TrialResult[]> {
  return new Promise((resolve) => {
    const worker = new Worker(entryOf('worker'))
    const timer = globalThis.setTimeout(() => void worker.terminate(), limits.deadlineMs)
    worker.once('message', (message) => resolve(Results.safeParse(message).data ?? unproved()))
    worker.once('error', () => resolve(unproved()))
    worker.once('exit', () => {
      clearTimeout(timer)
      resolve(unproved())
    })
  })
}

async function inChild(childHost: ChildHost): Promise<readonly TrialResult[]> {
  const child = childHost.start({
    ...{ name: 'self_test', entry: entryOf('child'), residentBytesMax: limits.residentBytesMax, isolateNetwork: true },
  })
  try {
    const reply = await child.request({ message: null, deadlineMs: limits.deadlineMs, silenceMsMax: limits.deadlineMs })
    return (reply.ok ? Results.safeParse(reply.value).data : undefined) ?? unproved()
  } finally {
    await child.close()
  }
}

export async function testWaysOut(childHost: ChildHost): Promise<readonly PartTrial[]> {
  const named = (part: EgressPart, results: readonly TrialResult[]) => results.map((result) => ({ ...result, part }))
  const own = named('core', await tryWaysOut())
  const before = plantedAttempts()
  const threaded = named('worker', await inWorker())
  await heard(before + threaded.length)
  return [...own, ...threaded, ...named('self_test', await inChild(childHost))]
}

/**
 * How many threads llama.cpp may use. Its threads spin: on a busy machine two are many times slower than one, so the number follows
 * the cores that are free.
 */
import { cpus } from 'node:os'
import { setTimeout as wait } from 'node:timers/promises'

const sampleMs = 250

interface Times {
  readonly idle: number
  readonly all: number
}

const totals = (): Times =>
  cpus().reduce(
    (sum, { times }) => ({ idle: sum.idle + times.idle, all: sum.all + times.user + times.nice + times.sys + times.irq + times.idle }),
    { idle: 0, all: 0 },
  )

/** Whole cores' worth of idle time between two readings of `cores` cores. */
export const freeCores = (before: Times, after: Times, cores: number): number => {
  const all = after.all - before.all
  // A reading without ticks says nothing; one core is always assumed.
  return all <= 0 ? 1 : Math.floor(((after.idle - before.idle) / all) * cores + 0.1)
}

/** One core stays with the sampler and the event loop, which otherwise fight the spinning threads. */
export const threadsFor = (free: number, cores: number): number => Math.max(1, Math.min(free, cores - 1))

/** Measures for a quarter of a second, unless `configured` or HOLDFAST_LLAMA_THREADS names a number. */
export async function chooseThreads(configured: number | null): Promise<number> {
  const named = configured ?? Number(process.env.HOLDFAST_LLAMA_THREADS)
  if (Number.isInteger(named) && named >= 1) return named
  const before = totals()
  await wait(sampleMs)
  const cores = cpus().length
  return threadsFor(freeCores(before, totals(), cores), cores)
}

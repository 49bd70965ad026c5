/** Starts cores that can be killed, the next one loaded while the last one still works, and talks to them over the local socket. */
import { type ChildProcess, spawn } from 'node:child_process'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { afterAll } from 'vitest'
import type { CallName, CallOutput } from '../../main/contract/calls.ts'
import type { Core } from '../../main/core.ts'
import { connectCore } from '../../main/core-link.ts'
import { createPaths, socketAddresses } from '../../main/platform/paths.ts'
import type { Paths } from '../../main/world.ts'
import type { Arm, ToCore } from './core-messages.ts'

const limits = { startMs: 60_000 } as const

interface Loaded {
  readonly child: ChildProcess
  readonly exited: Promise<void>
  /** The next line that it says; null when it is gone. */
  line(): Promise<string | null>
}

export interface KillableCore {
  readonly pid: number
  readonly paths: Paths
  readonly core: Core
  readonly exited: Promise<void>
  /** The call's value; null when the core was gone before it answered, so that nothing was acknowledged. Throws when it is refused. */
  call<N extends CallName>(name: N, input?: unknown): Promise<CallOutput<N> | null>
  /** Like `call`, but null also when it is refused: somebody, or the run itself, was there first. */
  tryCall<N extends CallName>(name: N, input?: unknown): Promise<CallOutput<N> | null>
  arm(arm: Arm): Promise<void>
  /** kill -9, and waits until it is gone. */
  kill(): Promise<void>
  close(): Promise<void>
}

export interface StartOptions {
  readonly data: string
  readonly outside: string
  readonly arm?: Arm
  readonly thinkMs?: number
  readonly lookMs?: number
  readonly isSafeStart?: boolean
}

export const caller = { account: 'tester', shell: 'cli' } as const
const alive = new Set<ChildProcess>()
afterAll(() => {
  for (const child of alive) child.kill('SIGKILL')
})

export function createStarter() {
  let next: Loaded | null = null

  function load(): Loaded {
    const entry = join(import.meta.dirname, 'core-under-test.ts')
    const child = spawn(process.execPath, [entry], { stdio: ['pipe', 'pipe', 'inherit'] })
    alive.add(child)
    child.stdin.on('error', () => undefined)
    const waiting: Array<(line: string | null) => void> = []
    const said: Array<string | null> = []
    const take = (line: string | null) => {
      const first = waiting.shift()
      if (first === undefined) said.push(line)
      else first(line)
    }
    createInterface({ input: child.stdout }).on('line', take)
    const exited = new Promise<void>((resolve) => {
      child.once('exit', () => {
        alive.delete(child)
        take(null)
        resolve()
      })
    })
    return {
      child,
      exited,
      line: () => {
        const first = said.shift()
        if (first !== undefined) return Promise.resolve(first)
        return new Promise((resolve) => {
          const timer = setTimeout(() => resolve('late'), limits.startMs)
          waiting.push((line) => {
            clearTimeout(timer)
            resolve(line)
          })
        })
      },
    }
  }

  const tell = ({ child }: Loaded, message: ToCore) => child.stdin?.write(`${JSON.stringify(message)}\n`)

  /** Null when it was killed at the named moment before it answered. */
  async function start(options: StartOptions): Promise<KillableCore | null> {
    const { data, outside, arm = null, thinkMs = 1, lookMs = 100, isSafeStart = false } = options
    const loaded = next ?? load()
    next = null
    const first = await loaded.line()
    if (first !== 'loaded') throw new Error(`the core did not load: ${first}`)
    tell(loaded, { kind: 'start', data, outside, thinkMs, lookMs, isSafeStart, arm })
    const answer = await loaded.line()
    next ??= load()
    if (answer === null && arm !== null) {
      await loaded.exited
      return null
    }
    if (answer !== 'ready') throw new Error(`the core did not start: ${answer}`)
    const linked = await connectCore(socketAddresses(data), 'cli')
    // It may be killed by what it does right after its start.
    if (!linked.ok && arm !== null) {
      await loaded.exited
      return null
    }
    if (!linked.ok) throw new Error(linked.error.message)
    const core = linked.value

    async function tryCall<N extends CallName>(name: N, input: unknown = {}, isStrict = false): Promise<CallOutput<N> | null> {
      const reply = await core.dispatch(name, input, caller)
      // Checked by the core with this call's own schema.
      if (reply.ok) return reply.value as CallOutput<N>
      if (isStrict && reply.error.code !== 'core.gone') throw new Error(`${name}: ${reply.error.code} ${reply.error.message}`)
      return null
    }
    const end = async () => {
      await loaded.exited
      await core.close()
    }
    return {
      pid: loaded.child.pid ?? 0,
      paths: createPaths(data),
      core,
      exited: loaded.exited,
      call: (name, input) => tryCall(name, input, true),
      tryCall: (name, input) => tryCall(name, input),
      arm: async (wanted) => {
        tell(loaded, { kind: 'arm', arm: wanted })
        await loaded.line()
      },
      kill: async () => {
        loaded.child.kill('SIGKILL')
        await end()
      },
      close: async () => {
        loaded.child.stdin?.end()
        await end()
      },
    }
  }

  return {
    start,
    /** For a start that nothing is to end. */
    begin: async (options: StartOptions): Promise<KillableCore> => {
      const started = await start(options)
      if (started === null) throw new Error('the core was ended while it started')
      return started
    },
    close: async () => {
      next?.child.kill('SIGKILL')
      await next?.exited
    },
  }
}
export type Starter = ReturnType<typeof createStarter>

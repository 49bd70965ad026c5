/** Starts the programs of this product as processes of their own: the core behind a window, and the window before a core. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { fail, ok, type Result } from '../domain/result.ts'

const limits = { readyMs: 30_000, closeMs: 10_000, saidCharsMax: 10_000 } as const

/** What a core prints on its standard output, on a line of its own, once its socket answers. */
export const readyLine = 'holdfast core ready'

export interface CoreProcess {
  readonly pid: number
  readonly exited: Promise<void>
  /** Asks the core to end, and ends it when it does not. */
  close(): Promise<void>
}

async function saysReady(core: ChildProcess): Promise<boolean> {
  let said = ''
  core.stdout?.setEncoding('utf8')
  const ready = Promise.withResolvers<boolean>()
  core.stdout?.on('data', (text: string) => {
    said = (said + text).slice(-limits.saidCharsMax)
    if (said.split('\n').includes(readyLine)) ready.resolve(true)
  })
  core.once('exit', () => ready.resolve(false))
  core.once('error', () => ready.resolve(false))
  const timer = setTimeout(() => ready.resolve(false), limits.readyMs)
  const isReady = await ready.promise
  clearTimeout(timer)
  return isReady
}

/**
 * Runs a core and waits until it answers. The core reads its standard input and ends with it, so that it never outlives the process
 * that started it, whatever ended that.
 */
export async function spawnCore(node: string, args: readonly string[]): Promise<Result<CoreProcess>> {
  const core = spawn(node, [...args], { stdio: ['pipe', 'pipe', 'inherit'], windowsHide: true })
  // A core that is gone cannot be told to end.
  core.stdin.on('error', () => undefined)
  const exited = new Promise<void>((resolve) => {
    core.once('exit', () => resolve())
    core.once('error', () => resolve())
  })
  if (!(await saysReady(core))) {
    core.kill('SIGKILL')
    return fail('core.start_failed', 'The core could not be started.', 'Run holdfast doctor; its messages say what is wrong.')
  }
  return ok({
    pid: core.pid ?? 0,
    exited,
    close: async () => {
      core.stdin.end()
      const timer = setTimeout(() => core.kill('SIGKILL'), limits.closeMs)
      await exited
      clearTimeout(timer)
    },
  })
}

/** Runs the window's program until it ends; resolves to its exit code, or null when it could not be started. */
export async function runDesktop(binary: string, args: readonly string[]): Promise<number | null> {
  const window = spawn(binary, [...args], { stdio: 'inherit' })
  const forward = (signal: NodeJS.Signals) => window.kill(signal)
  process.on('SIGINT', forward)
  process.on('SIGTERM', forward)
  try {
    const [code] = await once(window, 'exit')
    return typeof code === 'number' ? code : 1
  } catch {
    return null
  } finally {
    process.off('SIGINT', forward)
    process.off('SIGTERM', forward)
  }
}

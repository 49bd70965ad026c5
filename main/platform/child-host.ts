/**
 * The one place that starts child processes. A child may crash, hang or eat memory without taking the core along: each is
 * watched by resident size, silence and deadline, and ends by itself when the core is gone.
 */
import { type ChildProcess, fork, spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import type { FromChild, ToChild } from '../child-main.ts'
import { EgressAttempt } from '../domain/egress.ts'
import { fail, ok, type Result } from '../domain/result.ts'
import type { Child, ChildEnd, ChildHost, ChildRequest, ChildSpec, Failpoint } from '../world.ts'
import { firstModule } from './egress-rules.ts'
import type { ChildLedger } from './leftovers.ts'

const limits = { residentPollMs: 250, cancelGraceMs: 1_000, closeGraceMs: 2_000 } as const

interface Pending {
  readonly request: ChildRequest
  readonly resolve: (result: Result<unknown>) => void
  readonly deadline: NodeJS.Timeout
  silence: NodeJS.Timeout
  grace: NodeJS.Timeout | null
  readonly onAbort: () => void
}

const endings: Readonly<Record<ChildEnd, { readonly message: string; readonly hint: string }>> = {
  closed: { message: 'The process was closed while it worked.', hint: 'Try again.' },
  memory: { message: 'The process needed more memory than it may have, and was ended.', hint: 'Use a smaller file or model.' },
  deadline: {
    message: 'The process took too long without progress, and was ended.',
    hint: 'The file may be damaged or hostile; try a repaired copy.',
  },
  crash: { message: 'The process ended unexpectedly.', hint: 'Try again; if it happens again, the file or model is at fault.' },
}

const cancelled = fail('child.cancelled', 'The work was cancelled.', 'Start it again when you want it.')

/** Resident size of a process in bytes, or null where the system does not tell. */
function residentBytes(pid: number): number | null {
  try {
    const pages = Number(readFileSync(`/proc/${pid}/statm`, 'utf8').split(' ')[1])
    return Number.isFinite(pages) ? pages * 4096 : null
  } catch {
    return null
  }
}

let isolation: readonly string[] | null = null
/** The command prefix that puts a process in an empty network namespace, or an empty list where the system does not allow one. */
export function networkIsolation(): readonly string[] {
  if (isolation === null) {
    const prefix = process.platform === 'linux' ? ['unshare', '--user', '--map-current-user', '--net', '--'] : []
    const works =
      prefix.length > 0 && spawnSync('unshare', [...prefix.slice(1), process.execPath, '--version'], { timeout: 5_000 }).status === 0
    isolation = works ? prefix : []
  }
  return isolation
}

const inherited = ['PATH', 'HOME', 'LANG', 'TZ', 'TMPDIR', 'SystemRoot', 'TEMP'] as const

function launch(spec: ChildSpec): ChildProcess {
  const env: Record<string, string> = { ...spec.env }
  for (const name of inherited) {
    const value = process.env[name]
    if (value !== undefined) env[name] ??= value
  }
  const permission = spec.readable === undefined ? [] : ['--permission', ...spec.readable.map((folder) => `--allow-fs-read=${folder}`)]
  const prefix = spec.isolateNetwork ? networkIsolation() : []
  const [command, ...wrapper] = [...prefix, process.execPath]
  return fork(spec.entry, [...(spec.args ?? [])], {
    execPath: command ?? process.execPath,
    execArgv: [
      ...wrapper,
      `--require=${firstModule('child')}`,
      '--disable-warning=ExperimentalWarning',
      '--disable-warning=SecurityWarning',
      ...permission,
    ],
    env,
    serialization: 'advanced',
    stdio: ['ignore', 'ignore', 'pipe', 'ipc', ...(spec.inheritDescriptor === undefined ? [] : [spec.inheritDescriptor])],
  })
}

function start(spec: ChildSpec, onEnded: (child: Child) => void, onEgress: (attempt: EgressAttempt) => void): Child {
  const childProcess = launch(spec)
  const pending = new Map<number, Pending>()
  let nextId = 1
  let end: ChildEnd | null = null
  let errorText = ''
  const finished = Promise.withResolvers<ChildEnd>()

  const settle = (id: number, result: Result<unknown>) => {
    const entry = pending.get(id)
    if (entry === undefined) return
    pending.delete(id)
    clearTimeout(entry.deadline)
    clearTimeout(entry.silence)
    if (entry.grace !== null) clearTimeout(entry.grace)
    entry.request.signal?.removeEventListener('abort', entry.onAbort)
    entry.resolve(entry.request.signal?.aborted === true && !result.ok ? cancelled : result)
  }
  const kill = (reason: ChildEnd) => {
    end ??= reason
    childProcess.kill('SIGKILL')
  }
  const watch = setInterval(() => {
    const size = childProcess.pid === undefined ? null : residentBytes(childProcess.pid)
    if (size !== null && size > spec.residentBytesMax) kill('memory')
  }, limits.residentPollMs)
  watch.unref()

  childProcess.stderr?.on('data', (chunk: Buffer) => {
    errorText = (errorText + chunk.toString('utf8')).slice(-2_000)
  })
  childProcess.on('message', (message) => {
    const from = message as FromChild
    if ('egress' in from) {
      const attempt = EgressAttempt.safeParse(from.egress)
      if (attempt.success) onEgress({ ...attempt.data, part: spec.name })
      return
    }
    const entry = pending.get(from.id)
    if (entry === undefined) return
    if ('event' in from) {
      entry.silence.refresh()
      entry.request.onEvent?.(from.event)
    } else if ('reply' in from) settle(from.id, ok(from.reply))
    else settle(from.id, { ok: false, error: from.error })
  })
  const onGone = () => {
    clearInterval(watch)
    end ??= 'crash'
    const reason = end
    for (const id of [...pending.keys()]) {
      const text = endings[reason]
      const detail = reason === 'crash' && errorText !== '' ? { ...text, message: `${text.message} (${spec.name})` } : text
      settle(id, fail(`child.${reason}`, detail.message, detail.hint))
    }
    finished.resolve(reason)
    onEnded(child)
  }
  childProcess.once('exit', onGone)
  childProcess.once('error', onGone)

  const child: Child = {
    pid: childProcess.pid ?? 0,
    ended: finished.promise,
    request: (request) =>
      new Promise((resolve) => {
        if (end !== null || !childProcess.connected)
          return resolve(fail(`child.${end ?? 'crash'}`, endings[end ?? 'crash'].message, endings[end ?? 'crash'].hint))
        if (request.signal?.aborted === true) return resolve(cancelled)
        const id = nextId++
        const onAbort = () => {
          const entry = pending.get(id)
          if (entry === undefined) return
          if (childProcess.connected) childProcess.send({ id, cancel: true } satisfies ToChild)
          entry.grace = setTimeout(() => kill('closed'), limits.cancelGraceMs)
        }
        pending.set(id, {
          request,
          resolve,
          onAbort,
          grace: null,
          deadline: setTimeout(() => kill('deadline'), request.deadlineMs),
          silence: setTimeout(() => kill('deadline'), request.silenceMsMax),
        })
        request.signal?.addEventListener('abort', onAbort, { once: true })
        childProcess.send({ id, request: request.message } satisfies ToChild, (error) => {
          if (error !== null && error !== undefined) kill('crash')
        })
      }),
    close: async () => {
      if (end === null) {
        end = 'closed'
        if (childProcess.connected) childProcess.disconnect()
        const timer = setTimeout(() => childProcess.kill('SIGKILL'), limits.closeGraceMs)
        await finished.promise
        clearTimeout(timer)
      }
      await finished.promise
    },
  }
  return child
}

/** `ledger` remembers the children for the core that starts after this one; `onEgress` hears what their guards refused. */
export function createChildHost(
  ledger: ChildLedger | null = null,
  failpoint: Failpoint = () => undefined,
  onEgress: (attempt: EgressAttempt) => void = () => undefined,
): ChildHost {
  const children = new Set<Child>()
  return {
    start: (spec) => {
      failpoint('child.before_start')
      const onEnded = (gone: Child) => {
        children.delete(gone)
        ledger?.ended(gone.pid)
      }
      const child = start(spec, onEnded, onEgress)
      children.add(child)
      failpoint('child.after_start')
      ledger?.started(child.pid)
      failpoint('child.after_record')
      return child
    },
    close: async () => {
      await Promise.all([...children].map((child) => child.close()))
    },
  }
}

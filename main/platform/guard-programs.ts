/**
 * The guard over other programs, threads, and the doors behind Node's own: what is started is our own and carries the guard, and what
 * would hand out an unguarded part of Node stays shut. A native module that is loaded can still do anything; hence only those that came
 * with the product are.
 */
import childProcess from 'node:child_process'
import inspector from 'node:inspector'
import module from 'node:module'
import { basename, dirname, join, resolve, sep } from 'node:path'
import workerThreads from 'node:worker_threads'
import { refuse } from './egress-attempts.ts'
import { type EgressRules, firstModule } from './egress-rules.ts'
import { isForeignSetting } from './scrubbed-environment.ts'
import { replace, wrap } from './wrap.ts'

const textsOf = (value: unknown): readonly string[] => (Array.isArray(value) ? value.map(String) : [])
const notOurs = (file: string) => refuse({ kind: 'spawn', destination: basename(file) }, 'not_ours')

function guardStarting(rules: EgressRules): void {
  const check = (file: unknown, args: readonly string[]) => {
    if (typeof file !== 'string' || !rules.mayStart({ file, args })) throw notOurs(String(file))
  }
  // `spawn`, `exec`, `execFile` and `fork` all come here, with a shell in the place of the program where one was asked for.
  wrap(childProcess.ChildProcess.prototype, 'spawn', (_self, [options]) => {
    const asked = options as { file?: unknown; args?: unknown; envPairs?: unknown }
    check(asked.file, textsOf(asked.args).slice(1))
    if (Array.isArray(asked.envPairs)) asked.envPairs = asked.envPairs.filter((pair) => !isForeignSetting(String(pair).split('=')[0] ?? ''))
  })
  const shellOf = (args: readonly unknown[]) =>
    args.find((arg): arg is { readonly shell?: unknown } => typeof arg === 'object' && arg !== null && 'shell' in arg)?.shell
  for (const name of ['spawnSync', 'execFileSync'])
    wrap(childProcess, name, (_self, args) => (shellOf(args) ? check('a shell', []) : check(args[0], textsOf(args[1]))))
  wrap(childProcess, 'execSync', () => check('a shell', []))
  if (typeof process.execve === 'function') wrap(process, 'execve', (_self, [file, args]) => check(file, textsOf(args).slice(1)))
}

/** Every thread loads the guard before its own code, whatever flags and environment it is given. */
function guardThreads(): void {
  const guarded = new Proxy(workerThreads.Worker, {
    construct: (target, [file, options = {}]: [string | URL, workerThreads.WorkerOptions?], newTarget) =>
      Reflect.construct(
        target,
        [file, { ...options, execArgv: [...(options.execArgv ?? []), `--require=${firstModule('worker')}`] }],
        newTarget,
      ),
  })
  replace(workerThreads, 'Worker', guarded)
}

/** Whether a native module lies among the packages that came with the product. */
function isDelivered(file: string): boolean {
  for (let folder = import.meta.dirname; folder !== dirname(folder); folder = dirname(folder))
    if (resolve(file).startsWith(join(folder, 'node_modules') + sep)) return true
  return false
}

function guardBackDoors({ part }: EgressRules): void {
  const shut = (target: object, name: string, kind: 'native' | 'listen') => {
    if (typeof Reflect.get(target, name) !== 'function') return
    wrap(target, name, () => {
      throw refuse({ kind, destination: name })
    })
  }
  shut(process, 'binding', 'native')
  // Electron's own modules come through this one.
  if (part !== 'desktop') shut(process, '_linkedBinding', 'native')
  shut(module, 'register', 'native')
  shut(inspector, 'open', 'listen')
  wrap(process, 'dlopen', (_self, [, file]) => {
    if (part !== 'desktop' && !isDelivered(String(file))) throw refuse({ kind: 'native', destination: basename(String(file)) }, 'not_ours')
  })
}

export function guardPrograms(rules: EgressRules): void {
  guardStarting(rules)
  guardThreads()
  if (!rules.areBackDoorsOpen) guardBackDoors(rules)
}

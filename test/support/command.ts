/** Runs the command line as a person would: a process of its own, with its exit code and everything it said. */
import { type ChildProcess, spawn } from 'node:child_process'
import { join } from 'node:path'

export const mainFolder = join(import.meta.dirname, '../../main')
export const holdfastEntry = join(mainFolder, 'cli/holdfast.ts')

/** A command as a shell reads it. */
export const quoted = (args: readonly string[]): string => args.map((arg) => `'${arg.replaceAll("'", "'\\''")}'`).join(' ')

export interface Said {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

export interface CommandOptions {
  readonly cwd?: string
  /** On top of this process's own environment; undefined takes a variable away. */
  readonly env?: Readonly<Record<string, string | undefined>>
}

const defaults = { HOLDFAST_LLAMA_THREADS: '1', INIT_CWD: undefined } as const

function environment(extra: CommandOptions['env']): NodeJS.ProcessEnv {
  const merged: NodeJS.ProcessEnv = { ...process.env, ...defaults, ...extra }
  for (const [name, value] of Object.entries(merged)) if (value === undefined) delete merged[name]
  return merged
}

export function startCommand(
  args: readonly string[],
  { cwd, env }: CommandOptions = {},
): { readonly process: ChildProcess; readonly said: Promise<Said> } {
  const child = spawn(process.execPath, [holdfastEntry, ...args], {
    env: environment(env),
    ...(cwd === undefined ? {} : { cwd }),
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const parts = { stdout: '', stderr: '' }
  for (const name of ['stdout', 'stderr'] as const) {
    child[name].setEncoding('utf8')
    child[name].on('data', (text: string) => {
      parts[name] += text
    })
  }
  const said = new Promise<Said>((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (code) => resolve({ code, ...parts }))
  })
  return { process: child, said }
}

export const runCommand = (args: readonly string[], options?: CommandOptions): Promise<Said> => startCommand(args, options).said

/** The one JSON document on stdout. Throws when there is anything else, before it, after it or beside it. */
export function oneDocument({ stdout }: Said): unknown {
  const line = stdout.endsWith('\n') ? stdout.slice(0, -1) : stdout
  if (line.includes('\n')) throw new Error(`more than one line on stdout: ${stdout.slice(0, 500)}`)
  return JSON.parse(line)
}

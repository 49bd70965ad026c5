/** Starts a tool of the system under one environment, so that neither language nor time zone nor settings of the account reach a product. */
import { spawnSync } from 'node:child_process'
import { refuse } from '../refuse.ts'

const outputBytesMax = 16 * 1024 * 1024

/** Whether a program of this name is on the path. */
export const hasTool = (name: string): boolean => spawnSync('sh', ['-c', `command -v "$1"`, 'sh', name], { stdio: 'ignore' }).status === 0

export interface ToolOptions {
  readonly epochSeconds: number
  readonly folder?: string
}

/** Refuses when the tool ends with an error, with the end of what it said. */
export function runTool(name: string, args: readonly string[], { epochSeconds, folder }: ToolOptions): void {
  const { PATH = '/usr/bin:/bin', TMPDIR } = process.env
  const env = {
    PATH,
    LC_ALL: 'C.UTF-8',
    TZ: 'UTC',
    HOME: '/nonexistent',
    SOURCE_DATE_EPOCH: String(epochSeconds),
    ...(TMPDIR !== undefined && { TMPDIR }),
  }
  const done = spawnSync(name, args, { env, encoding: 'utf8', maxBuffer: outputBytesMax, ...(folder !== undefined && { cwd: folder }) })
  if (done.error !== undefined) refuse(`${name} cannot be run: ${done.error.message}.`, 'Install it.')
  if (done.status !== 0) refuse(`${name} failed: ${`${done.stdout}${done.stderr}`.trim().slice(-2_000)}`, 'Its message says why.')
}

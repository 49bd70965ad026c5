/** Opens a core in this process that stays until it is told to end, and serves it to other shells of the account. */
import { type App, createApp } from '../app.ts'
import { type ShellCalls, serveCore } from '../core-link.ts'
import { fail, ok, type Result } from '../domain/result.ts'
import { accountName } from '../platform/account.ts'
import { createPaths, defaultDataFolder, ensurePrivateFolder, fromInvocation, tenantFromEnvironment } from '../platform/paths.ts'
import type { Paths } from '../world.ts'
import { threadsFromEnvironment } from './core.ts'

export interface OwnCore {
  readonly app: App
  readonly paths: Paths
  readonly account: string
  close(): Promise<void>
}

/** Told by the environment, so that it reaches a core that a desktop starts. */
export const safeStartVariable = 'HOLDFAST_SAFE_START'
const isSafeStart = (): boolean => process.env[safeStartVariable] === '1'

export const dataFolder = (data: string | undefined): string => (data === undefined ? defaultDataFolder() : fromInvocation(data))

const damaged = fail(
  'core.store_refused',
  'The store of this data folder could not be opened.',
  'Put the newest verified backup in its place: holdfast restore. The log in the data folder has the details.',
)

/** Fails with `core.already_running`, and has written nothing, when another core owns the data folder. */
export async function openOwnCore(data: string | undefined, shellCalls: ShellCalls): Promise<Result<OwnCore>> {
  const tenant = tenantFromEnvironment()
  if (!tenant.ok) return tenant
  const paths = createPaths(dataFolder(data), tenant.value)
  const account = accountName()
  const folder = ensurePrivateFolder(paths.data)
  if (!folder.ok) return folder
  const created = await createApp({
    paths,
    account,
    tenant: tenant.value,
    threads: threadsFromEnvironment(),
    isSafeStart: isSafeStart(),
    isServing: true,
  }).catch((error: unknown) => {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`)
    return damaged
  })
  if (!created.ok) return created
  const app = created.value
  const socket = await serveCore(app, paths.socket, account, shellCalls)
  if (!socket.ok) {
    await app.close()
    return socket
  }
  return ok({
    app,
    paths,
    account,
    close: async () => {
      // The socket file goes while the lock is still held: it may only be touched by the owner.
      await socket.value.close()
      await app.close()
    },
  })
}

/** Resolves when this process is asked to end. Asked twice, it ends at once. */
export function toldToEnd(): Promise<void> {
  return new Promise((resolve) => {
    let isTold = false
    const told = () => {
      if (isTold) process.exit(1)
      isTold = true
      resolve()
    }
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, told)
  })
}

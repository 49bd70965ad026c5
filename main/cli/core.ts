/** Reaches the core for one command: the running one through its socket, or one in this process for the length of the command. */
import { type App, createApp } from '../app.ts'
import type { Api } from '../contract/api.ts'
import type { CallName, CallOutput } from '../contract/calls.ts'
import { connectCore } from '../core-link.ts'
import { ok, type Result } from '../domain/result.ts'
import { accountName } from '../platform/account.ts'
import {
  createPaths,
  defaultDataFolder,
  ensurePrivateFolder,
  fromInvocation,
  socketAddresses,
  tenantFromEnvironment,
} from '../platform/paths.ts'

export interface CommandCore extends Api {
  /** Whether the core is in this process, and ends with the command. */
  readonly isOwn: boolean
  /** Resolves when nothing is left to embed, where the core is in this process. */
  idle(): Promise<void>
  close(): Promise<void>
}

/** `HOLDFAST_LLAMA_THREADS` fixes the threads of inference; otherwise the free cores are measured. */
export const threadsFromEnvironment = (): number | null => {
  const threads = Number(process.env.HOLDFAST_LLAMA_THREADS)
  return Number.isInteger(threads) && threads > 0 ? threads : null
}

export async function openCore(data: string | undefined): Promise<Result<CommandCore>> {
  const folder = data === undefined ? defaultDataFolder() : fromInvocation(data)
  const account = accountName()
  const tenant = tenantFromEnvironment()
  if (!tenant.ok) return tenant
  const running = await connectCore(socketAddresses(folder, tenant.value), 'cli')
  let app: App | null = null
  if (!running.ok) {
    const made = ensurePrivateFolder(folder)
    if (!made.ok) return made
    // What a core writes is for this account alone, also where a folder above is not.
    process.umask(0o077)
    const created = await createApp({
      paths: createPaths(folder, tenant.value),
      account,
      tenant: tenant.value,
      threads: threadsFromEnvironment(),
    })
    if (!created.ok) return created
    app = created.value
  }
  const core = running.ok ? running.value : app
  if (core === null) throw new Error('no core')
  return ok({
    isOwn: app !== null,
    call: async <N extends CallName>(name: N, input: unknown): Promise<Result<CallOutput<N>>> => {
      const reply = await core.dispatch(name, input, { account, shell: 'cli' })
      // The dispatcher parsed the value with this call's own output schema.
      return reply.ok ? ok(reply.value as CallOutput<N>) : reply
    },
    subscribe: (after, listen) => core.subscribe(after, listen),
    idle: async () => app?.idle(),
    close: () => core.close(),
  })
}

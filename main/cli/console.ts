/** `holdfast console url`: asks the running console for another address that opens it once. It is a secret, and goes into no log. */
import { type CommandOutput, commandOutputs } from '../contract/cli.ts'
import { connectCore } from '../core-link.ts'
import { fail, ok, type Result } from '../domain/result.ts'
import { accountName } from '../platform/account.ts'
import { socketAddresses, tenantFromEnvironment } from '../platform/paths.ts'
import { calledAs } from './called-as.ts'
import { dataFolder } from './own-core.ts'

/** Answered by the console around the core, not by the core. */
export const consoleUrlCall = 'shell.console_url'

export const noConsole = fail('console.not_running', 'The running core shows no console.', `End it and start it with ${calledAs.console}.`)

/** Another one-time address into the console that runs on a data folder. */
export async function consoleUrl(data: string | undefined): Promise<Result<CommandOutput<'console url'>>> {
  const tenant = tenantFromEnvironment()
  if (!tenant.ok) return tenant
  const core = await connectCore(socketAddresses(dataFolder(data), tenant.value), 'cli')
  if (!core.ok) return core
  const reply = await core.value.dispatch(consoleUrlCall, {}, { account: accountName(), shell: 'cli' })
  await core.value.close()
  if (!reply.ok) return reply.error.code === 'shell.absent' ? noConsole : reply
  const parsed = commandOutputs['console url'].safeParse(reply.value)
  return parsed.success ? ok(parsed.data) : noConsole
}

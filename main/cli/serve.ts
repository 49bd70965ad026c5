/** `holdfast serve`: the models here for programs elsewhere, and the keys of those programs. */
import type { CallReply } from '../contract/api.ts'
import type { CallInput } from '../contract/calls.ts'
import type { CommandOutput } from '../contract/cli.ts'
import { type ServeKey, ServeStatus } from '../contract/serve.ts'
import { connectCore } from '../core-link.ts'
import { marking } from '../domain/label.ts'
import { fail, ok, type Result } from '../domain/result.ts'
import { accountName } from '../platform/account.ts'
import { socketAddresses } from '../platform/paths.ts'
import type { CommandCore } from './core.ts'
import { plain, print, type Spoken } from './output.ts'
import { dataFolder, openOwnCore, toldToEnd } from './own-core.ts'

export type ServeWanted = CallInput<'serve.open'>

const when = (at: number): string => new Date(at).toISOString()

function describe({ open, keys, callsUnderWay, trouble }: ServeStatus): readonly string[] {
  const told = trouble === null ? [] : [`It did not come back: ${trouble.message} ${trouble.hint}`]
  if (open === null) return ['Closed: no program elsewhere is served.', ...told]
  const expiry = open.certificateExpiresAt === null ? [] : [`Its certificate is good until ${when(open.certificateExpiresAt)}.`]
  return [
    `Programs with a key are served at ${open.url}`,
    `${keys} ${keys === 1 ? 'key is' : 'keys are'} good; ${callsUnderWay} ${callsUnderWay === 1 ? 'call is' : 'calls are'} under way.`,
    ...expiry,
    open.isPersistent ? 'It comes back when Holdfast is started again.' : 'It ends with this Holdfast.',
    ...(keys === 0 ? ['Make a key: holdfast serve keys add --name NAME --ceiling LEVEL'] : []),
  ]
}
const spoken = (status: ServeStatus): Spoken<ServeStatus> => ({ value: status, lines: describe(status) })

const describeKey = ({ id, name, ceiling, models, tokensMax, tokensSpent, expiresAt, revokedAt, isUsable }: ServeKey): string => {
  const state = isUsable ? 'good' : revokedAt === null ? 'over' : 'revoked'
  const tokens = tokensMax === null ? `${tokensSpent} tokens` : `${tokensSpent} of ${tokensMax} tokens`
  const until = expiresAt === null ? 'no end' : `until ${when(expiresAt)}`
  return [id, state, plain(name), marking(ceiling), models === null ? 'every model' : models.join(' '), tokens, until].join('  ')
}

const otherCore = fail('core.other_version', 'The core answered in another way than this command expects.', 'Use one version of Holdfast.')

/** Through the core that runs on the data folder where there is one; otherwise over a core of its own, until it is told to end. */
export async function serve(data: string | undefined, wanted: ServeWanted | null, isJson: boolean): Promise<number> {
  const account = accountName()
  const caller = { account, shell: 'cli' } as const
  const statusOf = (reply: CallReply): Result<Spoken<ServeStatus>> => {
    if (!reply.ok) return reply
    const parsed = ServeStatus.safeParse(reply.value)
    return parsed.success ? ok(spoken(parsed.data)) : otherCore
  }
  const running = await connectCore(socketAddresses(dataFolder(data)), 'cli')
  if (running.ok) {
    const reply = await running.value.dispatch('serve.open', wanted ?? {}, caller)
    await running.value.close()
    return print(statusOf(reply), isJson)
  }
  const told = toldToEnd()
  const own = await openOwnCore(data, {})
  if (!own.ok) return print(own, isJson)
  // Where it was opened to stay, it has come back by itself.
  let found = statusOf(await own.value.app.dispatch('serve.status', {}, caller))
  if (found.ok && (wanted !== null || found.value.value.open === null))
    found = statusOf(await own.value.app.dispatch('serve.open', wanted ?? {}, caller))
  const code = print(found, isJson)
  if (found.ok) {
    if (!isJson) process.stdout.write('Ctrl-C ends it.\n')
    await told
  }
  await own.value.close()
  return code
}

export async function serveStatus(core: CommandCore): Promise<Result<Spoken<CommandOutput<'serve status'>>>> {
  const status = await core.call('serve.status', {})
  return status.ok ? ok(spoken(status.value)) : status
}

export async function serveClose(core: CommandCore): Promise<Result<Spoken<CommandOutput<'serve close'>>>> {
  const status = await core.call('serve.close', {})
  return status.ok ? ok(spoken(status.value)) : status
}

export async function serveKeysAdd(
  core: CommandCore,
  wanted: CallInput<'serve.addKey'>,
): Promise<Result<Spoken<CommandOutput<'serve keys add'>>>> {
  const added = await core.call('serve.addKey', wanted)
  if (!added.ok) return added
  const lines = ['This is shown once; keep it where only that program can read it:', added.value.secret, describeKey(added.value.key)]
  return ok({ value: added.value, lines })
}

export async function serveKeysList(core: CommandCore): Promise<Result<Spoken<CommandOutput<'serve keys list'>>>> {
  const found = await core.call('serve.keys', {})
  if (!found.ok) return found
  const { items } = found.value
  return ok({ value: found.value, lines: items.length === 0 ? ['No keys.'] : items.map(describeKey) })
}

export async function serveKeysRevoke(core: CommandCore, keyId: string): Promise<Result<Spoken<CommandOutput<'serve keys revoke'>>>> {
  const revoked = await core.call('serve.revokeKey', { keyId })
  return revoked.ok ? ok({ value: revoked.value, lines: [describeKey(revoked.value)] }) : revoked
}

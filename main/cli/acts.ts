/** `holdfast acts list|show|confirm|reject`: what waits for a second person. What is confirmed is exactly what was shown. */
import type { Act, ActDetail } from '../contract/acts.ts'
import type { CommandOutput } from '../contract/cli.ts'
import { Digest, formatDigest } from '../domain/digest.ts'
import { fail, ok, type Result } from '../domain/result.ts'
import type { Confirm } from './confirm.ts'
import type { CommandCore } from './core.ts'
import { exact, plain, type Spoken } from './output.ts'

const time = (at: number): string => new Date(at).toISOString()

const brief = ({ id, act, call, requestedBy, requestedAt, expiresAt, state }: Act): string =>
  `${id}  ${state.padEnd(9)}  ${act} (${call})  by ${plain(requestedBy)} at ${time(requestedAt)}${state === 'waiting' ? `  until ${time(expiresAt)}` : ''}`

function describe(act: ActDetail): readonly string[] {
  const { arguments: asked, argumentsHash, decidedBy, decidedAt, reason, failure } = act
  return [
    brief(act),
    '',
    ...(asked === null ? ['What was asked has been purged.'] : exact(asked).split('\n')),
    formatDigest(argumentsHash),
    ...(decidedBy === null ? [] : ['', `decided by ${plain(decidedBy)}${decidedAt === null ? '' : ` at ${time(decidedAt)}`}`]),
    ...(reason === null ? [] : [plain(reason)]),
    ...(failure === null ? [] : [`It was not done: ${failure}`]),
  ]
}

export async function actsList(core: CommandCore, isOpen: boolean): Promise<Result<Spoken<CommandOutput<'acts list'>>>> {
  const found = await core.call('acts.list', { isOpen, limit: 100 })
  if (!found.ok) return found
  return ok({
    value: found.value,
    lines: found.value.items.length === 0 ? ['No act waits for a second person.'] : found.value.items.map(brief),
  })
}

export async function actsShow(core: CommandCore, actId: string): Promise<Result<Spoken<CommandOutput<'acts show'>>>> {
  const found = await core.call('acts.get', { actId })
  return found.ok ? ok({ value: found.value, lines: describe(found.value) }) : found
}

const hashNeeded = fail(
  'cli.hash_needed',
  'Nobody can be asked here, so the hash of what is confirmed must be given.',
  'Look with holdfast acts show, then confirm with --yes --hash and the hash that stands there.',
)
const badHash = fail('cli.bad_hash', 'That is no SHA-256 hash.', 'Give the 64 digits that holdfast acts show prints.')
const declined = fail('cli.not_confirmed', 'Nothing was confirmed.', 'Reject it with a reason, or leave it until it expires.')

export interface ConfirmOptions {
  readonly isYes: boolean
  readonly hash: string | undefined
  /** Null where nobody can be asked. */
  readonly confirm: Confirm | null
}

/** On a terminal the person is shown the act and asked; elsewhere the hash must come with the command. */
export async function actsConfirm(
  core: CommandCore,
  actId: string,
  { isYes, hash, confirm }: ConfirmOptions,
): Promise<Result<Spoken<CommandOutput<'acts confirm'>>>> {
  let argumentsHash: Digest
  if (isYes || confirm === null) {
    if (!isYes || hash === undefined) return hashNeeded
    const parsed = Digest.safeParse({ alg: 'sha256', value: hash.replace(/^sha256:/, '') })
    if (!parsed.success) return badHash
    argumentsHash = parsed.data
  } else {
    const shown = await core.call('acts.get', { actId })
    if (!shown.ok) return shown
    if (!(await confirm(describe(shown.value), 'Let exactly this be done?'))) return declined
    argumentsHash = shown.value.argumentsHash
  }
  const done = await core.call('acts.confirm', { actId, argumentsHash })
  if (!done.ok) return done
  const { act, failure } = done.value
  const said = failure === null ? [] : [plain(failure.message), plain(failure.hint)]
  return ok({ value: done.value, lines: [...describe(act), ...said], isFailure: failure !== null })
}

export async function actsReject(core: CommandCore, actId: string, reason: string): Promise<Result<Spoken<CommandOutput<'acts reject'>>>> {
  const rejected = await core.call('acts.reject', { actId, reason })
  return rejected.ok ? ok({ value: rejected.value, lines: describe(rejected.value) }) : rejected
}

/** `holdfast models list|import|verify`. */
import type { CommandOutput } from '../contract/cli.ts'
import type { Model } from '../contract/models.ts'
import { ok, type Result } from '../domain/result.ts'
import { fromInvocation } from '../platform/paths.ts'
import type { CommandCore } from './core.ts'
import { createStatusLine, plain, type Spoken } from './output.ts'

const describe = ({ id, role, name, quantisation, bytes, state, isActive, digest }: Model): string =>
  `${id}  ${isActive ? '*' : ' '} ${role.padEnd(5)}  ${plain(name)}  ${quantisation}  ${(bytes / 1024 ** 2).toFixed(1)} MiB  ${state}  ${digest.alg}:${digest.value.slice(0, 12)}…`

export async function modelsList(core: CommandCore): Promise<Result<Spoken<CommandOutput<'models list'>>>> {
  const found = await core.call('models.list', {})
  if (!found.ok) return found
  const none = 'No models. Answers are quoted from your documents; import one with `holdfast models import FILE`.'
  return ok({ value: found.value, lines: found.value.items.length === 0 ? [none] : found.value.items.map(describe) })
}

export async function modelsImport(core: CommandCore, file: string): Promise<Result<Spoken<CommandOutput<'models import'>>>> {
  const status = createStatusLine()
  status.show('Checking, copying and hashing…')
  const imported = await core.call('models.import', { source: { path: fromInvocation(file) } })
  status.clear()
  return imported.ok ? ok({ value: imported.value, lines: ['Admitted:', describe(imported.value)] }) : imported
}

export async function modelsVerify(core: CommandCore): Promise<Result<Spoken<CommandOutput<'models verify'>>>> {
  const status = createStatusLine()
  status.show('Hashing every model…')
  const verified = await core.call('models.verify', {})
  status.clear()
  if (!verified.ok) return verified
  const { items } = verified.value
  const isFailure = items.some(({ state }) => state !== 'verified')
  return ok({ value: verified.value, lines: items.length === 0 ? ['No models.'] : items.map(describe), isFailure })
}

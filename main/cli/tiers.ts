/** `holdfast tiers list|add|secret|test|remove`. Keys come from files or from standard input, never from the command line. */
import { readFile } from 'node:fs/promises'
import type { CommandOutput } from '../contract/cli.ts'
import type { EndpointStatus } from '../contract/tiers.ts'
import type { EndpointDraft, EndpointModel, EndpointSecret } from '../domain/endpoint.ts'
import { marking } from '../domain/label.ts'
import { fail, ok, type Result } from '../domain/result.ts'
import { fromInvocation } from '../platform/paths.ts'
import type { CommandCore } from './core.ts'
import { plain, type Spoken } from './output.ts'
import { refusalWords } from './route.ts'

const limits = { fileCharsMax: 64 * 1024 } as const

const describe = ({ endpoint, breaker, firstTokenMs, refusal }: EndpointStatus): string => {
  const { id, tier, name, host, port, clearance, models } = endpoint
  const state = refusal === null ? (breaker === 'closed' ? 'ready' : 'failing') : refusalWords[refusal]
  const time = firstTokenMs === null ? '' : `  ${Math.round(firstTokenMs)} ms`
  return `${id}  ${tier}  ${plain(name)}  ${host}:${port}  ${marking(clearance)}  ${models.map((model) => plain(model.name)).join(', ')}  ${state}${time}`
}

const unreadable = (what: string) => fail('cli.unreadable', `The file with ${what} cannot be read.`, 'Name a file that is there.')

async function readText(path: string, what: string): Promise<Result<string>> {
  try {
    const text = path === '-' ? await readStandardInput() : await readFile(fromInvocation(path), 'utf8')
    return text.length > limits.fileCharsMax ? unreadable(what) : ok(text)
  } catch {
    return unreadable(what)
  }
}

async function readStandardInput(): Promise<string> {
  let text = ''
  for await (const chunk of process.stdin.setEncoding('utf8')) {
    text += chunk
    if (text.length > limits.fileCharsMax) break
  }
  return text
}

export interface KeyFiles {
  readonly keyFile?: string
  readonly clientKey?: string
}

async function readSecret({ keyFile, clientKey }: KeyFiles): Promise<Result<EndpointSecret>> {
  const bearer = keyFile === undefined ? ok(null) : await readText(keyFile, 'the key')
  if (!bearer.ok) return bearer
  const key = clientKey === undefined ? ok(null) : await readText(clientKey, 'the private key')
  return key.ok ? ok({ bearer: bearer.value?.trim() ?? null, clientKey: key.value }) : key
}

export interface AddOptions extends KeyFiles {
  readonly tier: EndpointDraft['tier']
  readonly name: string
  readonly url: URL
  readonly serverName?: string
  readonly authority?: string
  readonly clientCertificate?: string
  readonly model: readonly EndpointModel[]
  readonly clearance: EndpointDraft['clearance']
  readonly firstToken: number
  readonly off: boolean
}

export async function tiersList(core: CommandCore): Promise<Result<Spoken<CommandOutput<'tiers list'>>>> {
  const found = await core.call('tiers.list', {})
  if (!found.ok) return found
  const { tiers, isTightened, damaged } = found.value
  const lines = tiers.flatMap(({ endpoints }) => endpoints.map(describe))
  const none = 'No endpoint is configured: everything stays on this machine.'
  return ok({
    value: found.value,
    lines: [
      ...(isTightened ? ['The policy on this machine is broken: nothing leaves it.'] : []),
      ...(lines.length === 0 ? [none] : lines),
      ...damaged.map((id) => `${id}  its description was changed outside of the log; remove it and add it again`),
    ],
  })
}

/** `https://10.0.0.5:8443/v1` as the endpoint's parts. */
function partsOf({ protocol, hostname, port, pathname }: URL): Pick<EndpointDraft, 'host' | 'port' | 'isTls' | 'basePath'> {
  const isTls = protocol === 'https:'
  return {
    host: hostname.replace(/^\[|\]$/g, ''),
    port: port === '' ? (isTls ? 443 : 80) : Number(port),
    isTls,
    basePath: pathname.replace(/\/+$/, ''),
  }
}

export async function tiersAdd(core: CommandCore, options: AddOptions): Promise<Result<Spoken<CommandOutput<'tiers add'>>>> {
  const { tier, name, url, serverName = null, authority, clientCertificate, model, clearance, firstToken, off, ...keys } = options
  const pems: (string | null)[] = []
  for (const path of [authority, clientCertificate]) {
    const pem = path === undefined ? ok(null) : await readText(path, 'a certificate')
    if (!pem.ok) return pem
    pems.push(pem.value)
  }
  const secret = await readSecret(keys)
  if (!secret.ok) return secret
  const [certificateAuthority = null, client = null] = pems
  const added = await core.call('tiers.add', {
    ...{ tier, name, serverName, certificateAuthority, clientCertificate: client, models: [...model], clearance },
    ...{ ...partsOf(url), firstTokenMsMax: firstToken, isEnabled: !off },
  })
  if (!added.ok) return added
  const { bearer, clientKey } = secret.value
  if (bearer === null && clientKey === null) return ok({ value: added.value, lines: ['Added:', describe(added.value)] })
  const kept = await core.call('tiers.secret', { endpointId: added.value.endpoint.id, secret: secret.value })
  return kept.ok ? ok({ value: kept.value, lines: ['Added, with its key:', describe(kept.value)] }) : kept
}

export async function tiersSecret(
  core: CommandCore,
  endpointId: string,
  keys: KeyFiles,
): Promise<Result<Spoken<CommandOutput<'tiers secret'>>>> {
  const secret = await readSecret(keys)
  if (!secret.ok) return secret
  const kept = await core.call('tiers.secret', { endpointId, secret: secret.value })
  return kept.ok ? ok({ value: kept.value, lines: [describe(kept.value)] }) : kept
}

export async function tiersTest(core: CommandCore, endpointId: string): Promise<Result<Spoken<CommandOutput<'tiers test'>>>> {
  const tested = await core.call('tiers.test', { endpointId })
  if (!tested.ok) return tested
  const { isWell, failure, model, firstTokenMs, totalMs } = tested.value
  const figures = `first token after ${firstTokenMs === null ? '–' : Math.round(firstTokenMs)} ms, all after ${Math.round(totalMs)} ms`
  const lines = failure === null ? [`${plain(model)} answers: ${figures}.`] : [failure.message, failure.hint, `(${failure.code})`]
  return ok({ value: tested.value, lines, isFailure: !isWell })
}

export async function tiersRemove(core: CommandCore, endpointId: string): Promise<Result<Spoken<CommandOutput<'tiers remove'>>>> {
  const removed = await core.call('tiers.remove', { endpointId })
  return removed.ok ? ok({ value: removed.value, lines: ['Removed, with its keys.'] }) : removed
}

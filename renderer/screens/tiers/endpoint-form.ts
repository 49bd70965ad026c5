/** What an administrator types about an endpoint, and the description that comes of it. What is wrong is said at its field. */
import { type Endpoint, EndpointDraft } from '../../../main/domain/endpoint.ts'
import { marking, unclassified } from '../../../main/domain/label.ts'
import { parseMarking } from '../../../main/domain/parse-marking.ts'
import type { OutsideTier } from '../../../main/domain/policy.ts'

export interface TypedModel {
  readonly name: string
  readonly contextTokens: string
  readonly promptMicros: string
  readonly completionMicros: string
}

export interface TypedEndpoint {
  readonly tier: OutsideTier
  readonly name: string
  readonly host: string
  readonly port: string
  readonly isTls: boolean
  readonly serverName: string
  readonly basePath: string
  readonly certificateAuthority: string
  readonly clientCertificate: string
  readonly models: readonly TypedModel[]
  readonly clearance: string
  readonly firstTokenMsMax: string
  readonly isEnabled: boolean
}

export const newModel: TypedModel = { name: '', contextTokens: '32768', promptMicros: '0', completionMicros: '0' }

export const newEndpoint: TypedEndpoint = {
  ...{ tier: 'datacenter', name: '', host: '', port: '443', isTls: true, serverName: '', basePath: '/v1' },
  ...{ certificateAuthority: '', clientCertificate: '', models: [newModel], clearance: marking(unclassified) },
  ...{ firstTokenMsMax: '3000', isEnabled: true },
}

export const typedFrom = (endpoint: Endpoint): TypedEndpoint => ({
  ...{ tier: endpoint.tier, name: endpoint.name, host: endpoint.host, port: String(endpoint.port), isTls: endpoint.isTls },
  ...{ serverName: endpoint.serverName ?? '', basePath: endpoint.basePath, clearance: marking(endpoint.clearance) },
  ...{ certificateAuthority: endpoint.certificateAuthority ?? '', clientCertificate: endpoint.clientCertificate ?? '' },
  models: endpoint.models.map(({ name, contextTokens, promptMicros, completionMicros }) => ({
    ...{ name, contextTokens: String(contextTokens), promptMicros: String(promptMicros), completionMicros: String(completionMicros) },
  })),
  ...{ firstTokenMsMax: String(endpoint.firstTokenMsMax), isEnabled: endpoint.isEnabled },
})

/** The one sentence for each field that does not hold; a field that is not here is shown as it came. */
const complaints: Readonly<Record<string, string>> = {
  name: 'Give it a name of up to 80 characters.',
  host: 'Give the address as numbers, such as 10.20.0.5: names are never looked up.',
  port: 'Give a port from 1 to 65535.',
  serverName: 'Give the name that stands in its certificate.',
  basePath: 'Give a path such as /v1, or nothing.',
  certificateAuthority: 'Give the certificate of the authority that vouches for it, as PEM text.',
  models: 'Give each model its name as the endpoint calls it, its window of at least 512 tokens, and its price.',
  clearance: 'Give a marking such as UNCLASSIFIED, CUI or SECRET//NOFORN.',
  firstTokenMsMax: 'Give milliseconds, at most 600000.',
}

const orNull = (text: string): string | null => (text.trim() === '' ? null : text.trim())
const numberOf = (text: string): number => (text.trim() === '' ? Number.NaN : Number(text))

export type Problems = Readonly<Record<string, string>>

/** The description, or what is wrong by field. */
export function draftFrom(typed: TypedEndpoint): { readonly draft: EndpointDraft } | { readonly problems: Problems } {
  const clearance = parseMarking(typed.clearance)
  const parsed = EndpointDraft.safeParse({
    ...{ tier: typed.tier, name: typed.name, host: typed.host.trim(), port: numberOf(typed.port), isTls: typed.isTls },
    ...{ serverName: orNull(typed.serverName), basePath: typed.basePath.trim(), isEnabled: typed.isEnabled },
    certificateAuthority: typed.isTls ? orNull(typed.certificateAuthority) : null,
    clientCertificate: typed.isTls ? orNull(typed.clientCertificate) : null,
    models: typed.models.map(({ name, ...figures }) => ({
      name: name.trim(),
      contextTokens: numberOf(figures.contextTokens),
      promptMicros: numberOf(figures.promptMicros),
      completionMicros: numberOf(figures.completionMicros),
    })),
    clearance: clearance.ok ? clearance.value : null,
    firstTokenMsMax: numberOf(typed.firstTokenMsMax),
  })
  const problems: Record<string, string> = {}
  if (!parsed.success) {
    for (const { path } of parsed.error.issues) {
      const field = String(path[0])
      problems[field] ??= complaints[field] ?? 'This is not what is taken here.'
    }
  }
  if (typed.isTls && orNull(typed.certificateAuthority) === null && complaints.certificateAuthority !== undefined)
    problems.certificateAuthority = complaints.certificateAuthority
  return parsed.success && Object.keys(problems).length === 0 ? { draft: parsed.data } : { problems }
}

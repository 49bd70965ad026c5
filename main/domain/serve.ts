/**
 * Offering this machine's models to programs that speak the OpenAI protocol: where that may be listened for, and the limits of it. Pure.
 * Plain HTTP is for this machine alone, and nothing listens on every address at once.
 */
import * as z from 'zod'
import { fail, ok, type Result } from './result.ts'

export const serveLimits = {
  keysMax: 200,
  keyNameCharsMax: 80,
  modelsMax: 50,
  pathCharsMax: 4_096,
  tokensMax: 1_000_000_000_000,
} as const

/** The JSON of a label, of a request as of an answer. */
export const labelHeader = 'x-holdfast-label'

export const serveEndpoints = ['models', 'chat', 'embeddings'] as const
export const ServeEndpoint = z.enum(serveEndpoints)
export type ServeEndpoint = z.infer<typeof ServeEndpoint>

const FilePath = z.string().min(1).max(serveLimits.pathCharsMax)

export const ServePlace = z.strictObject({
  /** A literal; names are never resolved. */
  address: z.union([z.ipv4(), z.ipv6()]),
  /** 0 takes a free one, on this machine's own address alone. */
  port: z.int().min(0).max(65_535),
  /** Files of the administrator, read at each opening; the private key is never copied. */
  tls: z
    .strictObject({
      certificate: FilePath,
      key: FilePath,
      /** Callers must show a certificate of this authority; null asks for none. */
      clientAuthority: FilePath.nullable(),
    })
    .nullable(),
})
export type ServePlace = z.infer<typeof ServePlace>

/** The addresses that only programs on this machine can reach, and where they may be spoken to without TLS. */
const own: ReadonlySet<string> = new Set(['127.0.0.1', '::1'])
/** 0.0.0.0 and :: in whatever spelling. */
const isEveryAddress = (address: string): boolean => /^[0.:]*$/.test(address) || /^::ffff:(0\.0\.0\.0|0+:0+)$/i.test(address)

/** Whether it may be listened there, or `serve.bad_address`, `serve.plain_refused`, `serve.port_needed`. */
export function allowedPlace(place: ServePlace): Result<ServePlace> {
  const { address, port, tls } = place
  if (isEveryAddress(address))
    return fail('serve.bad_address', `${address} stands for every address of this machine.`, 'Name the one address to listen on.')
  if (own.has(address)) return ok(place)
  if (tls === null)
    return fail(
      'serve.plain_refused',
      'Others could reach this address, and read and change what is sent in the clear.',
      'Give a certificate and its key, or listen on 127.0.0.1.',
    )
  if (port === 0) return fail('serve.port_needed', 'An address that others can reach wants a port of its own.', 'Name a port.')
  return ok(place)
}

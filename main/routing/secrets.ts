/**
 * Keys of endpoints: in the keystore of the operating system where there is one, otherwise in a file that is encrypted with a key beside
 * it. That file keeps them out of backups of the database, exports and a careless look; whoever can read all files of this account can
 * read them. They are given to the client of endpoints and to nobody else.
 */
import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import * as z from 'zod'
import { canonicalJson, readJson } from '../domain/canonical-json.ts'
import { EndpointSecret } from '../domain/endpoint.ts'
import { fail, ok, type Result } from '../domain/result.ts'

export interface SecretStore {
  has(endpointId: string): boolean
  /** Null when none is kept; a failure when what is kept cannot be read. */
  get(endpointId: string): Result<EndpointSecret | null>
  /** Durable when it returns. In place of what was kept. */
  put(endpointId: string, secret: EndpointSecret): void
  remove(endpointId: string): void
  /** Every secret text there is, for whoever keeps them out of what is written down. */
  texts(): readonly string[]
}

const bytes = { key: 32, nonce: 12, tag: 16 } as const
const Sealed = z.record(z.string(), z.strictObject({ alg: z.literal('aes-256-gcm'), nonce: z.base64(), tag: z.base64(), text: z.base64() }))
type Sealed = z.infer<typeof Sealed>

const unreadable = fail(
  'tier.secret_unreadable',
  'The key of this endpoint is kept here, and cannot be read.',
  'Give the key of the endpoint again.',
)

/** Lines of a private key and the key that is sent: each would be enough. */
export const textsOf = ({ bearer, clientKey }: EndpointSecret): readonly string[] => [
  ...(bearer === null ? [] : [bearer]),
  ...(clientKey ?? '').split(/\r?\n/).filter((line) => line.length >= 16 && !line.startsWith('-----')),
]

/** `writeDurably` leaves a file of this account alone: whole, or as it was. */
export function createSecretFile(folder: string, writeDurably: (file: string, text: string) => void): SecretStore {
  const [keyFile, file] = [join(folder, 'endpoints.key'), join(folder, 'endpoints.sealed.json')]

  function key(): Buffer | null {
    if (!existsSync(keyFile)) return null
    const found = Buffer.from(readFileSync(keyFile, 'utf8').trim(), 'hex')
    return found.length === bytes.key ? found : null
  }
  function newKey(): Buffer {
    mkdirSync(folder, { recursive: true, mode: 0o700 })
    const made = randomBytes(bytes.key)
    writeDurably(keyFile, made.toString('hex'))
    return made
  }
  function sealed(): Sealed {
    if (!existsSync(file)) return {}
    const parsed = Sealed.safeParse(readJson(readFileSync(file, 'utf8')))
    return parsed.success ? parsed.data : {}
  }
  function open(endpointId: string, found: Sealed[string]): EndpointSecret | null {
    const under = key()
    if (under === null) return null
    try {
      const decipher = createDecipheriv('aes-256-gcm', under, Buffer.from(found.nonce, 'base64'), { authTagLength: bytes.tag })
      decipher.setAAD(Buffer.from(endpointId)).setAuthTag(Buffer.from(found.tag, 'base64'))
      const text = Buffer.concat([decipher.update(Buffer.from(found.text, 'base64')), decipher.final()]).toString('utf8')
      const parsed = EndpointSecret.safeParse(readJson(text))
      return parsed.success ? parsed.data : null
    } catch {
      return null
    }
  }
  const save = (entries: Sealed) => writeDurably(file, canonicalJson(entries))

  return {
    has: (endpointId) => Object.hasOwn(sealed(), endpointId),
    get: (endpointId) => {
      const found = sealed()[endpointId]
      if (found === undefined) return ok(null)
      const secret = open(endpointId, found)
      return secret === null ? unreadable : ok(secret)
    },
    put: (endpointId, secret) => {
      const nonce = randomBytes(bytes.nonce)
      const cipher = createCipheriv('aes-256-gcm', key() ?? newKey(), nonce, { authTagLength: bytes.tag })
      cipher.setAAD(Buffer.from(endpointId))
      const text = Buffer.concat([cipher.update(canonicalJson(secret), 'utf8'), cipher.final()])
      const entry = {
        alg: 'aes-256-gcm',
        nonce: nonce.toString('base64'),
        tag: cipher.getAuthTag().toString('base64'),
        text: text.toString('base64'),
      } as const
      save({ ...sealed(), [endpointId]: entry })
    },
    remove: (endpointId) => {
      const { [endpointId]: gone, ...rest } = sealed()
      if (gone !== undefined) save(rest)
    },
    texts: () =>
      Object.entries(sealed()).flatMap(([endpointId, found]) => {
        const secret = open(endpointId, found)
        return secret === null ? [] : textsOf(secret)
      }),
  }
}

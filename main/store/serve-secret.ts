/** Secrets of keys: 256 random bits behind the key's id. Kept is a salted hash, and a secret that is shown is compared in constant time. */
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'
import type { Digest } from '../domain/digest.ts'

const bytes = { salt: 16, secret: 32 } as const
const form = /^(key_[0-9A-Z]{26})\.([\w-]{43})$/

const digestOf = (salt: Uint8Array, secret: string): Buffer => createHash('sha256').update(salt).update(secret).digest()

export interface ServeSecret {
  /** What the program sends: the key's id, a dot, and the secret. */
  readonly shown: string
  readonly salt: Uint8Array
  readonly hash: Digest
}

export function createServeSecret(keyId: string): ServeSecret {
  const salt = randomBytes(bytes.salt)
  const secret = randomBytes(bytes.secret).toString('base64url')
  return { shown: `${keyId}.${secret}`, salt, hash: { alg: 'sha256', value: digestOf(salt, secret).toString('hex') } }
}

/** What is compared where there is no such key, so that the time taken does not tell. */
const nobody = createServeSecret('key_')

/** The key that `shown` is for, when its secret is right. Whether it is still good is not asked here. */
export function keyOfSecret<K extends Pick<ServeSecret, 'salt' | 'hash'>>(shown: string, find: (keyId: string) => K | null): K | null {
  const [, keyId = '', secret = ''] = form.exec(shown) ?? []
  const key = keyId === '' ? null : find(keyId)
  const { salt, hash } = key ?? nobody
  return timingSafeEqual(digestOf(salt, secret), Buffer.from(hash.value, 'hex')) ? key : null
}

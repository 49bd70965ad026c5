/** Ed25519 with raw keys, by the library that comes with Node. It knows nothing of files or formats. */
import { createPrivateKey, createPublicKey, generateKeyPairSync, sign, verify } from 'node:crypto'
import type { Ed25519 } from '../domain/minisign.ts'

/** What stands before the raw bytes of a key in its DER form. */
const privatePrefix = Buffer.from('302e020100300506032b657004220420', 'hex')
const publicPrefix = Buffer.from('302a300506032b6570032100', 'hex')

const privateKey = (seed: Uint8Array) => createPrivateKey({ key: Buffer.concat([privatePrefix, seed]), format: 'der', type: 'pkcs8' })

export const ed25519: Ed25519 = {
  sign: (message, seed) => sign(null, message, privateKey(seed)),
  isSigned: (message, signature, key) => {
    try {
      const publicKey = createPublicKey({ key: Buffer.concat([publicPrefix, key]), format: 'der', type: 'spki' })
      return verify(null, message, publicKey, signature)
    } catch {
      // Not every 32 bytes are a point of the curve.
      return false
    }
  },
}

export const publicHalf = (seed: Uint8Array): Uint8Array =>
  new Uint8Array(createPublicKey(privateKey(seed)).export({ format: 'der', type: 'spki' }).subarray(publicPrefix.length))

export const newSeed = (): Uint8Array =>
  new Uint8Array(generateKeyPairSync('ed25519').privateKey.export({ format: 'der', type: 'pkcs8' }).subarray(privatePrefix.length))

/** The station's signing key for the audit log: Ed25519, made at the first start, readable by this account alone. */
import { createPrivateKey, createPublicKey, generateKeyPairSync, hash, type KeyObject, sign, verify } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Signature } from '../domain/audit-chain.ts'
import { writeDurablySync } from './durable-file.ts'

export interface AuditKeys {
  /** `sha256:…` of the public key in its DER form. */
  readonly keyId: string
  readonly publicKeyPem: string
  sign(text: string): Signature
}

/** What a verifier needs of a key. */
export interface AuditVerifierKey {
  readonly keyId: string
  isSigned(text: string, signature: Signature): boolean
}

const keyIdOf = (key: KeyObject): string => `sha256:${hash('sha256', key.export({ type: 'spki', format: 'der' }), 'hex')}`

export function verifierKey(publicKeyPem: string): AuditVerifierKey {
  const key = createPublicKey(publicKeyPem)
  return {
    keyId: keyIdOf(key),
    isSigned: (text, { value }) => verify(null, Buffer.from(text), key, Buffer.from(value, 'base64')),
  }
}

/**
 * The key in this folder; a new one only where `isNewAllowed`, that is, when nothing was signed before. Null when it is gone, or the
 * public half does not belong to it.
 */
export function openAuditKeys(folder: string, isNewAllowed: boolean): AuditKeys | null {
  const [file, publicFile] = [join(folder, 'audit.key'), join(folder, 'audit.pub')]
  if (!existsSync(file)) {
    if (!isNewAllowed) return null
    mkdirSync(folder, { recursive: true, mode: 0o700 })
    const { privateKey } = generateKeyPairSync('ed25519')
    writeDurablySync(file, privateKey.export({ type: 'pkcs8', format: 'pem' }).toString())
  }
  const privateKey = createPrivateKey(readFileSync(file))
  const publicKey = createPublicKey(privateKey)
  const publicKeyPem = publicKey.export({ type: 'spki', format: 'pem' }).toString()
  if (!existsSync(publicFile)) writeDurablySync(publicFile, publicKeyPem)
  if (readFileSync(publicFile, 'utf8') !== publicKeyPem) return null
  return {
    keyId: keyIdOf(publicKey),
    publicKeyPem,
    sign: (text) => ({ alg: 'ed25519', value: sign(null, Buffer.from(text), privateKey).toString('base64') }),
  }
}

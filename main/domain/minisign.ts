/**
 * Keys and detached signatures in minisign's legacy form: Ed25519 over the bytes themselves, and a second signature over the first with
 * its trusted comment. Pure: signing and verifying are passed in. The prehashed form is refused, since it needs BLAKE2.
 */
import { fromBase64, toBase64 } from './base64.ts'
import { fail, ok, type Result } from './result.ts'

const sizes = { id: 8, publicKey: 32, seed: 32, signature: 64, secretFile: 158, fileChars: 4_096, commentChars: 256 } as const

/** Raw Ed25519. A function that is given a key or a signature of another size is never called. */
export interface Ed25519 {
  sign(message: Uint8Array, seed: Uint8Array): Uint8Array
  isSigned(message: Uint8Array, signature: Uint8Array, publicKey: Uint8Array): boolean
}

export interface PublicKey {
  /** Eight bytes that say which key is meant; they prove nothing. */
  readonly id: Uint8Array
  readonly key: Uint8Array
}

export interface SecretKey extends PublicKey {
  readonly seed: Uint8Array
}

export interface MinisignSignature {
  readonly keyId: Uint8Array
  readonly signature: Uint8Array
  readonly trustedComment: string
  readonly global: Uint8Array
}

const badKey = fail('minisign.bad_key', 'This is no public key in minisign’s form.', 'Give the line that begins with RW, or its file.')
const badSecret = fail(
  'minisign.bad_secret_key',
  'This is no secret key in minisign’s form that can be used here.',
  'Make one without a password: holdfast policy keygen, or minisign -G -W.',
)
const badSignature = fail('minisign.bad_file', 'This is no signature in minisign’s form.', 'Sign again: holdfast policy sign.')
const prehashed = fail('minisign.prehashed', 'This signature is of the prehashed kind, which is not taken here.', 'Sign with minisign -l.')
const wrong = fail('minisign.wrong', 'The signature does not fit.', 'Get the file and its signature again from whoever signed it.')

const bytesOf = (text: string): Uint8Array => Uint8Array.from(text, (character) => character.charCodeAt(0))
const concat = (...parts: readonly Uint8Array[]): Uint8Array => Uint8Array.from(parts.flatMap((part) => [...part]))
const same = (a: Uint8Array, b: Uint8Array): boolean => a.length === b.length && a.every((byte, i) => byte === b[i])

const pure = bytesOf('Ed')
const hashed = bytesOf('ED')
/** No key derivation; and the checksum's algorithm, which minisign leaves at zero for such keys. */
const unencrypted = Uint8Array.from([0, 0, 0x42, 0x32])

/** As people and minisign write it: 16 hex digits, the last byte first. */
export const keyIdText = (id: Uint8Array): string =>
  [...id]
    .reverse()
    .map((byte) => byte.toString(16).padStart(2, '0'))
    .join('')
    .toUpperCase()

/** The lines of a file; null when it is too long or holds anything but printable ASCII and tabs, which minisign itself writes. */
function linesOf(text: string): readonly string[] | null {
  if (text.length > sizes.fileChars || !/^[\t\x20-\x7e\r\n]*$/.test(text)) return null
  return text.replace(/\r?\n$/, '').split(/\r?\n/)
}

const comment = (line: string | undefined, kind: 'untrusted' | 'trusted'): string | null =>
  line?.startsWith(`${kind} comment: `) === true ? line.slice(`${kind} comment: `.length) : null

/** A key file, or its second line alone. */
export function parsePublicKey(text: string): Result<PublicKey> {
  const lines = linesOf(text) ?? []
  const line = lines.length === 1 ? lines[0] : comment(lines[0], 'untrusted') === null || lines.length !== 2 ? undefined : lines[1]
  const bytes = fromBase64(line ?? '')
  if (bytes === null || bytes.length !== 2 + sizes.id + sizes.publicKey || !same(bytes.subarray(0, 2), pure)) return badKey
  return ok({ id: bytes.slice(2, 10), key: bytes.slice(10) })
}

export const publicKeyLine = ({ id, key }: PublicKey): string => toBase64(concat(pure, id, key))
export const publicKeyFile = (key: PublicKey): string =>
  `untrusted comment: minisign public key ${keyIdText(key.id)}\n${publicKeyLine(key)}\n`

/** Of keys without a password only. The caller must see that the seed makes the public half. */
export function parseSecretKey(text: string): Result<SecretKey> {
  const lines = linesOf(text) ?? []
  const bytes = lines.length === 2 && comment(lines[0], 'untrusted') !== null ? fromBase64(lines[1] ?? '') : null
  if (bytes === null || bytes.length !== sizes.secretFile || !same(bytes.subarray(0, 6), concat(pure, unencrypted))) return badSecret
  return ok({ id: bytes.slice(54, 62), seed: bytes.slice(62, 94), key: bytes.slice(94, 126) })
}

export function secretKeyFile({ id, seed, key }: SecretKey): string {
  const [salt, checksum] = [new Uint8Array(48), new Uint8Array(32)]
  const bytes = concat(pure, unencrypted, salt, id, seed, key, checksum)
  return `untrusted comment: minisign encrypted secret key\n${toBase64(bytes)}\n`
}

export function parseSignature(text: string): Result<MinisignSignature> {
  const lines = linesOf(text) ?? []
  const [first, trustedComment] = [comment(lines[0], 'untrusted'), comment(lines[2], 'trusted')]
  const [bytes, global] = [fromBase64(lines[1] ?? ''), fromBase64(lines[3] ?? '')]
  if (lines.length !== 4 || first === null || trustedComment === null || bytes === null || global === null) return badSignature
  if (bytes.length !== 2 + sizes.id + sizes.signature || global.length !== sizes.signature) return badSignature
  const kind = bytes.subarray(0, 2)
  if (same(kind, hashed)) return prehashed
  if (!same(kind, pure)) return badSignature
  return ok({ keyId: bytes.slice(2, 10), signature: bytes.slice(10), trustedComment, global })
}

/** The file of a signature, as minisign writes it and as it is written here. */
export function renderSignature({ keyId, signature, trustedComment, global }: MinisignSignature): string {
  const lines = [
    'untrusted comment: signature from minisign secret key',
    toBase64(concat(pure, keyId, signature)),
    `trusted comment: ${trustedComment}`,
    toBase64(global),
  ]
  return `${lines.join('\n')}\n`
}

/** `trustedComment` is printable ASCII without line ends. */
export function signBytes(bytes: Uint8Array, key: SecretKey, trustedComment: string, { sign }: Pick<Ed25519, 'sign'>): string {
  if (!/^[\x20-\x7e]*$/.test(trustedComment) || trustedComment.length > sizes.commentChars) throw new Error('not a trusted comment')
  const signature = sign(bytes, key.seed)
  const global = sign(concat(signature, bytesOf(trustedComment)), key.seed)
  return renderSignature({ keyId: key.id, signature, trustedComment, global })
}

/** Both signatures must be of this key. */
export function verifyBytes(
  bytes: Uint8Array,
  { keyId, signature, trustedComment, global }: MinisignSignature,
  { id, key }: PublicKey,
  { isSigned }: Pick<Ed25519, 'isSigned'>,
): Result<null> {
  if (!same(keyId, id) || key.length !== sizes.publicKey) return wrong
  if (!isSigned(bytes, signature, key)) return wrong
  return isSigned(concat(signature, bytesOf(trustedComment)), global, key) ? ok(null) : wrong
}

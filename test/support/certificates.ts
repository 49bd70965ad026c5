/** A private authority and what it signs, made for a test in memory: Node reads X.509 but writes none, so the few fields that are needed are encoded here. */
import { generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto'

const tag = { integer: 2, bits: 3, octets: 4, oid: 6, utf8: 12, sequence: 0x30, set: 0x31, utcTime: 0x17, boolean: 1 } as const

function der(type: number, ...parts: readonly Uint8Array[]): Buffer {
  const body = Buffer.concat(parts)
  const { length } = body
  const size = length < 128 ? [length] : length < 256 ? [0x81, length] : [0x82, length >> 8, length & 255]
  return Buffer.concat([Buffer.from([type, ...size]), body])
}
const seq = (...parts: readonly Uint8Array[]) => der(tag.sequence, ...parts)

function oid(text: string): Buffer {
  const [first = 0, second = 0, ...rest] = text.split('.').map(Number)
  const bytes = rest.flatMap((arc) => {
    const groups = [arc & 127]
    for (let more = arc >> 7; more > 0; more >>= 7) groups.unshift((more & 127) | 128)
    return groups
  })
  return der(tag.oid, Buffer.from([first * 40 + second, ...bytes]))
}

const name = (commonName: string) => seq(der(tag.set, seq(oid('2.5.4.3'), der(tag.utf8, Buffer.from(commonName)))))
/** UTCTime, which is for years from 1950 to 2049. */
const time = (at: Date) => der(tag.utcTime, Buffer.from(`${at.toISOString().slice(2, 19).replace(/[-:T]/g, '')}Z`))
const extension = (id: string, value: Buffer, isCritical = false) =>
  seq(oid(id), ...(isCritical ? [der(tag.boolean, Buffer.from([255]))] : []), der(tag.octets, value))
const address = (host: string) =>
  host.includes(':') ? Buffer.from(host === '::1' ? [...Array<number>(15).fill(0), 1] : []) : Buffer.from(host.split('.').map(Number))
const ecdsaWithSha256 = seq(oid('1.2.840.10045.4.3.2'))

const pem = (bytes: Buffer): string =>
  `-----BEGIN CERTIFICATE-----\n${bytes.toString('base64').replace(/.{64}/g, '$&\n').trim()}\n-----END CERTIFICATE-----\n`

export interface Certificate {
  readonly certificate: string
  /** PKCS 8, PEM. */
  readonly key: string
}

export interface CertificateOptions {
  readonly commonName?: string
  /** Names it is for. */
  readonly names?: readonly string[]
  /** IP addresses it is for. */
  readonly addresses?: readonly string[]
  readonly from?: Date
  readonly to?: Date
}

export interface Authority extends Certificate {
  issue(options?: CertificateOptions): Certificate
}

interface Issuer {
  readonly commonName: string
  readonly key: KeyObject
}

const day = 24 * 60 * 60_000

function issue(by: Issuer | null, options: CertificateOptions): Certificate & { readonly issuer: Issuer } {
  const { commonName = 'test', names = [], addresses = [], from = new Date(Date.now() - day), to = new Date(Date.now() + day) } = options
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const issuer = by ?? { commonName, key: privateKey }
  const alternatives = [...names.map((text) => der(0x82, Buffer.from(text))), ...addresses.map((host) => der(0x87, address(host)))]
  const extensions = [
    ...(by === null ? [extension('2.5.29.19', seq(der(tag.boolean, Buffer.from([255]))), true)] : []),
    ...(alternatives.length === 0 ? [] : [extension('2.5.29.17', seq(...alternatives))]),
  ]
  const toBeSigned = seq(
    ...[der(0xa0, der(tag.integer, Buffer.from([2]))), der(tag.integer, Buffer.from([1, ...randomBytes(8)])), ecdsaWithSha256],
    ...[name(issuer.commonName), seq(time(from), time(to)), name(commonName)],
    publicKey.export({ type: 'spki', format: 'der' }),
    ...(extensions.length === 0 ? [] : [der(0xa3, seq(...extensions))]),
  )
  const signature = sign('sha256', toBeSigned, issuer.key)
  const whole = seq(toBeSigned, ecdsaWithSha256, der(tag.bits, Buffer.from([0]), signature))
  const key = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()
  return { certificate: pem(whole), key, issuer: { commonName, key: privateKey } }
}

export function createAuthority(commonName = 'Test authority'): Authority {
  const { certificate, key, issuer } = issue(null, { commonName })
  return { certificate, key, issue: (options = {}) => issue(issuer, options) }
}

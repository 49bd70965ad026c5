/** Certificates and keys of endpoints, as an administrator gives them: read and judged before anything is reached with them. */
import { createPrivateKey, X509Certificate } from 'node:crypto'
import type { Endpoint } from '../domain/endpoint.ts'
import { fail, ok, type Result } from '../domain/result.ts'

const block = /-----BEGIN CERTIFICATE-----[\s\S]+?-----END CERTIFICATE-----/g

const unreadable = fail('tier.bad_certificate', 'This is no certificate.', 'Give certificates as PEM, and nothing else with them.')
const over = fail('tier.certificate_expired', 'A certificate is not valid now.', 'Give one that is, and check the clock of this machine.')
const otherKey = fail('tier.other_key', 'The private key does not belong to the client certificate.', 'Give the key of that certificate.')
const badKey = fail('tier.bad_key', 'This is no private key that can be read.', 'Give it as PEM without a passphrase.')
const noCertificate = fail(
  'tier.no_client_certificate',
  'The endpoint has no client certificate that a key could belong to.',
  'Give the certificate first.',
)

/** Only certificates, each valid at `atMs`; gives back when the first of them ends. */
function readCertificates(pem: string, atMs: number): Result<number> {
  const blocks = pem.match(block) ?? []
  // A private key that was pasted along must not lie among what is shown.
  if (blocks.length === 0 || pem.replace(block, '').trim() !== '') return unreadable
  let endsAt = Number.MAX_SAFE_INTEGER
  for (const one of blocks) {
    let certificate: X509Certificate
    try {
      certificate = new X509Certificate(one)
    } catch {
      return unreadable
    }
    const [from, to] = [certificate.validFromDate.getTime(), certificate.validToDate.getTime()]
    if (!(from <= atMs && atMs < to)) return over
    endsAt = Math.min(endsAt, to)
  }
  return ok(endsAt)
}

type Certified = Pick<Endpoint, 'certificateAuthority' | 'clientCertificate'>

/** When the first of its certificates ends; null without any. */
export function checkCertificates({ certificateAuthority, clientCertificate }: Certified, atMs: number): Result<number | null> {
  let endsAt: number | null = null
  for (const pem of [certificateAuthority, clientCertificate]) {
    if (pem === null) continue
    const read = readCertificates(pem, atMs)
    if (!read.ok) return read
    endsAt = Math.min(endsAt ?? read.value, read.value)
  }
  return ok(endsAt)
}

export function checkClientKey({ clientCertificate }: Certified, clientKey: string): Result<null> {
  if (clientCertificate === null) return noCertificate
  try {
    return new X509Certificate(clientCertificate).checkPrivateKey(createPrivateKey(clientKey)) ? ok(null) : otherKey
  } catch {
    return badKey
  }
}

/** The certificate that an administrator names, checked before anything listens with it: it is one, it is in force, and the key is its own. */
import { createPrivateKey, X509Certificate } from 'node:crypto'
import { open } from 'node:fs/promises'
import { fail, ok, type Result } from '../domain/result.ts'
import type { ServePlace } from '../domain/serve.ts'
import type { Limits } from './limits.ts'

export interface OwnCertificate {
  readonly certificate: X509Certificate
  readonly expiresAt: number
  readonly options: { readonly cert: Buffer; readonly key: Buffer; readonly ca?: Buffer }
}

const refused = (what: string) =>
  fail('serve.bad_certificate', what, 'Name a certificate in PEM form that is in force, with the private key that belongs to it.')

async function readFile(path: string, limits: Limits): Promise<Buffer | null> {
  try {
    await using file = await open(path, 'r')
    const found = await file.stat()
    return found.isFile() && found.size <= limits.certificateBytesMax ? await file.readFile() : null
  } catch {
    return null
  }
}

function parse<T>(read: () => T): T | null {
  try {
    return read()
  } catch {
    return null
  }
}

export async function readCertificate(tls: NonNullable<ServePlace['tls']>, now: number, limits: Limits): Promise<Result<OwnCertificate>> {
  const [cert, key] = [await readFile(tls.certificate, limits), await readFile(tls.key, limits)]
  if (cert === null || key === null) return refused('The file of the certificate or of its key cannot be read.')
  const certificate = parse(() => new X509Certificate(cert))
  const privateKey = parse(() => createPrivateKey(key))
  if (certificate === null || privateKey === null) return refused('The file of the certificate or of its key holds no such thing.')
  if (!certificate.checkPrivateKey(privateKey)) return refused('The key belongs to another certificate.')
  const expiresAt = certificate.validToDate.getTime()
  if (now < certificate.validFromDate.getTime() || now >= expiresAt) return refused('The certificate is not in force.')
  if (certificate.subjectAltName === undefined) return refused('The certificate names no host and no address.')
  if (tls.clientAuthority === null) return ok({ certificate, expiresAt, options: { cert, key } })
  const ca = await readFile(tls.clientAuthority, limits)
  if (ca === null || parse(() => new X509Certificate(ca)) === null)
    return refused('The file of the callers’ authority holds no certificate.')
  return ok({ certificate, expiresAt, options: { cert, key, ca } })
}

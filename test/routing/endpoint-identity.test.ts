/** Whom the client of endpoints speaks to and with what: certificates, keys, permits, and how it is stopped. */
import { createServer as createSockets } from 'node:net'
import { afterAll, describe, expect, test } from 'vitest'
import { unclassified } from '../../main/domain/label.ts'
import { composeRequest } from '../../main/routing/compose.ts'
import { createEndpointClient } from '../../main/routing/endpoint-client.ts'
import { type Asked, ask, authority, hurried, own, server, task } from '../support/asked-endpoint.ts'
import { createAuthority } from '../support/certificates.ts'
import { type Answer, type HostileEndpoint, listen, piece, serve, stream, wholeAnswer } from '../support/hostile-endpoint.ts'
import { endpointOf } from '../support/route-cases.ts'

describe('who it is', () => {
  const good: Answer = (response) => void stream(response).end(wholeAnswer('Yes.'))
  const day = 24 * 60 * 60_000
  const from = (days: number) => new Date(Date.now() + days * day)
  const withCertificate = async (made: { readonly key: string; readonly certificate: string }, endpoint: Asked['endpoint'] = {}) => {
    const { port, seen } = await serve({ key: made.key, cert: made.certificate }, good)
    const { code } = await ask({ port, endpoint })
    return { code, asked: seen.length }
  }

  test.each([
    ['another authority', createAuthority().issue({ names: ['models.site'] }), 'endpoint.wrong_certificate'],
    ['itself', createAuthority('models.site'), 'endpoint.wrong_certificate'],
    ['an authority of the same name', createAuthority('Test authority').issue({ names: ['models.site'] }), 'endpoint.wrong_certificate'],
    ['this authority, for another name', authority.issue({ names: ['other.site'] }), 'endpoint.wrong_name'],
    ['this authority, for an address', authority.issue({ addresses: ['127.0.0.1'] }), 'endpoint.wrong_name'],
    [
      'this authority, some time ago',
      authority.issue({ names: ['models.site'], from: from(-9), to: from(-1) }),
      'endpoint.certificate_expired',
    ],
    ['this authority, for later', authority.issue({ names: ['models.site'], from: from(1), to: from(9) }), 'endpoint.certificate_expired'],
  ])('EGR-03 a certificate by %s is refused before anything is sent', async (_what, made, code) => {
    expect(await withCertificate(made)).toEqual({ code, asked: 0 })
  })

  test('EGR-03 without a name the certificate must be for the address', async () => {
    expect(await withCertificate(authority.issue({ addresses: ['127.0.0.1'] }), { serverName: null })).toEqual({ code: 'ok', asked: 1 })
    expect((await withCertificate(own, { serverName: null })).code).toBe('endpoint.wrong_name')
    expect((await withCertificate(authority.issue({ addresses: ['10.0.0.5'] }), { serverName: null })).code).toBe('endpoint.wrong_name')
  })

  test('EGR-03 the environment adds no authority, switches no check off, and names no proxy', async () => {
    const proxy = await serve(null, (response) => void response.writeHead(200).end())
    const proxied = ['HTTP_PROXY', 'HTTPS_PROXY', 'ALL_PROXY', 'http_proxy', 'https_proxy', 'all_proxy']
    const before = { ...process.env }
    afterAll(() => void Object.assign(process.env, before))
    for (const name of proxied) process.env[name] = `http://127.0.0.1:${proxy.port}`
    process.env.NODE_USE_ENV_PROXY = '1'
    process.env.NODE_TLS_REJECT_UNAUTHORIZED = '0'
    try {
      expect((await withCertificate(createAuthority().issue({ names: ['models.site'] }))).code).toBe('endpoint.wrong_certificate')
      expect((await withCertificate(own)).code).toBe('ok')
      expect(proxy.connections()).toBe(0)
    } finally {
      for (const name of [...proxied, 'NODE_USE_ENV_PROXY', 'NODE_TLS_REJECT_UNAUTHORIZED']) delete process.env[name]
    }
  })

  test('a client certificate is shown where one is wanted, and only then', async () => {
    const clients = createAuthority('Clients')
    const mine = clients.issue()
    // A server may say why, or merely hang up.
    const refusals = ['endpoint.certificate_wanted', 'endpoint.unreachable']
    const { port } = await serve({ ...server, ca: clients.certificate, requestCert: true, rejectUnauthorized: true }, good)
    const endpoint = { clientCertificate: mine.certificate }
    expect((await ask({ port, endpoint, secret: { bearer: null, clientKey: mine.key } })).code).toBe('ok')
    expect((await ask({ port, endpoint })).code).toBe('endpoint.no_client_key')
    expect(refusals).toContain((await ask({ port })).code)
    const stranger = createAuthority().issue()
    const asked = await ask({
      ...{ port, endpoint: { clientCertificate: stranger.certificate }, secret: { bearer: null, clientKey: stranger.key } },
    })
    expect(refusals).toContain(asked.code)
  })

  test('TLS where there is none, none where there is TLS, and a handshake that never comes', async () => {
    const plain = await serve(null, good)
    expect((await ask({ port: plain.port })).code).toBe('endpoint.no_tls')
    const { port } = await serve(server, good)
    expect(['endpoint.bad_http', 'endpoint.unreachable']).toContain(
      (await ask({ port, endpoint: { isTls: false, certificateAuthority: null } })).code,
    )
    const mute = await listen(createSockets(() => undefined))
    expect(['endpoint.slow', 'endpoint.unreachable']).toContain((await ask({ port: mute.port, limits: hurried })).code)
  })

  test('nobody there', async () => {
    const gone: HostileEndpoint = await serve(server, good)
    await gone.close()
    expect((await ask({ port: gone.port })).code).toBe('endpoint.unreachable')
  })

  test('what is pinned on this machine may speak plain HTTP', async () => {
    const { port } = await serve(null, good)
    expect((await ask({ port, endpoint: { isTls: false, certificateAuthority: null, serverName: null } })).code).toBe('ok')
  })
})

describe('keys, permits and cancelling', () => {
  const bearer = 'sk-very-secret-0123456789'

  test('K3 a key is sent in one header and comes back in no form, also when the endpoint says it letter by letter', async () => {
    const forms = [bearer, Buffer.from(bearer).toString('base64'), Buffer.from(bearer).toString('hex'), JSON.stringify(bearer)]
    for (const form of forms) {
      const endpoint = await serve(server, (response) => void stream(response).end(wholeAnswer(`The key is ${form}, and sk-very is not.`)))
      const { pieces, reply } = await ask({ port: endpoint.port, secret: { bearer, clientKey: null } })
      expect(endpoint.seen[0]?.headers.authorization).toBe(`Bearer ${bearer}`)
      expect(reply?.text).toMatch(/^The key is "?\[secret\]=*"?, and sk-very is not\.$/)
      expect(pieces.join('')).toBe(reply?.text)
    }
  })

  test('a guard that lets nothing through ends it before anything is sent', async () => {
    const { port, connections } = await serve(server, () => undefined)
    const denied = createEndpointClient({
      permitEgress: () => Promise.reject(Object.assign(new Error('no'), { code: 'egress.denied' })),
    })
    const endpoint = endpointOf({ host: '127.0.0.1', port, certificateAuthority: authority.certificate })
    const request = composeRequest(endpoint, 'large', task)
    if (!request.ok) throw new Error(request.error.code)
    const reply = await denied.ask({ endpoint, secret: null, request: request.value, receipt: null, label: unclassified, options: {} })
    expect(reply).toMatchObject({ ok: false, error: { code: 'egress.denied' } })
    expect(connections()).toBe(0)
  })

  test('it can be cancelled, before and in the middle', async () => {
    const { port } = await serve(server, (response) => void stream(response).write(piece('a')))
    expect((await ask({ port, signal: AbortSignal.abort() })).code).toBe('endpoint.cancelled')
    expect((await ask({ port, signal: AbortSignal.timeout(100) })).code).toBe('endpoint.cancelled')
  })

  test('no connection is left behind', async () => {
    const endpoint = await serve(server, (response) => void stream(response).end(wholeAnswer('Yes.')))
    for (let i = 0; i < 3; i++) expect((await ask({ port: endpoint.port })).code).toBe('ok')
    expect(endpoint.connections()).toBe(3)
  })
})

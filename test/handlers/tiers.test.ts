/** Configuring tiers through the one door of a whole core, and what the log, the disk and the router know of it afterwards. */
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeAll, describe, expect, test } from 'vitest'
import type { EndpointDraft } from '../../main/domain/endpoint.ts'
import { labelFromName } from '../../main/domain/label.ts'
import { packBytes } from '../../main/store/inline-bytes.ts'
import { openReader, openStore } from '../../main/store/open.ts'
import { createAuthority } from '../support/certificates.ts'
import { serve, stream, wholeAnswer } from '../support/hostile-endpoint.ts'
import { type OpenApp, openApp } from '../support/open-app.ts'
import { endpointOf, features, taskOf } from '../support/route-cases.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'
import { testId } from '../support/test-core.ts'

const folder = temporaryFolder()
const authority = createAuthority()
const start = Date.now()
const minute = 60_000
let now = start

const draft = (more: Partial<EndpointDraft> = {}): EndpointDraft => {
  const { id: _id, hasSecret: _has, addedAt: _at, addedBy: _by, ...rest } = endpointOf({ certificateAuthority: authority.certificate })
  return { ...rest, ...more }
}

let core: OpenApp
beforeAll(async () => {
  core = await openApp(join(folder, 'core'), { clock: () => now })
})
const events = () => {
  const db = openReader(core.paths.database)
  const rows = db
    .prepare<[], { type: string; body: string }>("SELECT type, body FROM events WHERE type GLOB 'tier.*' OR type GLOB 'route.*'")
    .all()
  db.close()
  return rows
}
const endpoints = async () => (await core.call('tiers.list')).tiers.flatMap((tier) => tier.endpoints)
const removeAll = async () => {
  for (const { endpoint } of await endpoints()) await core.call('tiers.remove', { endpointId: endpoint.id })
}

// One that a failed test left would be chosen in the next.
afterEach(removeAll)

describe('an endpoint', () => {
  const expiredFrom = new Date(start - 10 * 24 * 60 * minute)
  const expired = authority.issue({ from: expiredFrom, to: new Date(start - 24 * 60 * minute) }).certificate

  test.each([
    ['plain HTTP to another machine', { isTls: false, certificateAuthority: null }, 'tier.plain_http'],
    ['TLS without an authority', { certificateAuthority: null }, 'tier.no_authority'],
    ['certificates without TLS', { isTls: false, host: '127.0.0.1' }, 'tier.not_tls'],
    ['a text that is no certificate', { certificateAuthority: 'pem' }, 'tier.bad_certificate'],
    ['a private key among the certificates', { certificateAuthority: authority.certificate + authority.key }, 'tier.bad_certificate'],
    ['a certificate that has expired', { certificateAuthority: expired }, 'tier.certificate_expired'],
    ['an address of the public network as a datacenter', { host: '203.0.113.9' }, 'tier.not_internal'],
    ['an IPv4 address in the form of IPv6', { host: '::ffff:10.0.0.5' }, 'tier.bad_address'],
    ['every address', { host: '0.0.0.0' }, 'tier.bad_address'],
    ['a group of machines', { host: 'ff02::1' }, 'tier.bad_address'],
    ['more than its tier may have', { clearance: labelFromName('secret') }, 'policy.above_tier_clearance'],
    ['a model twice', { models: [...draft().models, ...draft().models] }, 'tier.same_model'],
    ['a name for an address', { host: 'models.site' }, 'call.bad_input'],
    ['a path with a query', { basePath: '/v1?x=1' }, 'call.bad_input'],
    ['a path that climbs', { basePath: '/v1/../admin' }, 'call.bad_input'],
    ['a name that hides something', { name: 'Rack\u202e4' }, 'call.bad_input'],
    ['no models', { models: [] }, 'call.bad_input'],
  ] as const)('EGR-03 with %s is refused, and nothing is written', async (_what, more, code) => {
    const before = events().length
    expect(await core.codeOf('tiers.add', { ...draft(), ...more })).toBe(code)
    expect([await endpoints(), events().length]).toEqual([[], before])
  })

  test('RTE-03 is taken, changed, told about and removed, each as a fact without names', async () => {
    const added = await core.call('tiers.add', draft())
    const { id } = added.endpoint
    expect(added).toMatchObject({ endpoint: { name: 'Rack 4', hasSecret: false, addedBy: 'tester' }, breaker: 'closed', refusal: null })
    expect(added.certificatesEndAt).toBeGreaterThan(now)
    expect((await core.call('station.status')).tiersConfigured).toBe(1)
    expect(await core.call('route.explain', taskOf({ requested: 'datacenter' }))).toMatchObject({ endpointId: id, mode: 'suggest' })
    const changed = await core.call('tiers.change', { endpointId: id, change: { isEnabled: false, name: 'Rack 5' } })
    expect(changed).toMatchObject({ endpoint: { id, name: 'Rack 5', isEnabled: false, host: '10.0.0.5' }, refusal: 'disabled' })
    expect((await core.call('route.explain', taskOf({ requested: 'datacenter' }))).mode).toBe('local')
    expect(await core.codeOf('tiers.change', { endpointId: id, change: { isEnabled: true, host: '8.8.8.8' } })).toBe('tier.not_internal')
    await core.call('tiers.remove', { endpointId: id })
    expect(await endpoints()).toEqual([])
    for (const name of ['tiers.change', 'tiers.secret', 'tiers.remove', 'tiers.test'] as const)
      expect(
        await core.codeOf(name, {
          endpointId: id,
          ...(name === 'tiers.change' ? { change: {} } : {}),
          ...(name === 'tiers.secret' ? { secret: { bearer: null, clientKey: null } } : {}),
        }),
      ).toBe('tier.unknown')
    const told = events()
    expect(told.map(({ type }) => type)).toEqual(['tier.added', 'tier.changed', 'tier.removed'])
    expect(JSON.stringify(told)).not.toMatch(/Rack|10\.0\.0\.5|models\.site|CERTIFICATE/)
  })

  test('a description that was changed outside of the log counts for nothing, and is named', async () => {
    const { endpoint } = await core.call('tiers.add', draft())
    const [added] = events()
      .filter(({ type }) => type === 'tier.added')
      .slice(-1)
    const { description } = JSON.parse(added?.body ?? '{}') as { description: { body: string } }
    await core.app.close()
    const db = openStore(core.paths.database)
    const other = Buffer.from(JSON.stringify({ ...endpoint, host: '10.6.6.6' }))
    db.prepare("INSERT INTO blobs (digest, size, bytes) VALUES ('sha256:forged', ?, ?)").run(other.length, packBytes(other))
    expect(db.prepare("UPDATE bodies SET digest = 'sha256:forged' WHERE id = ?").run(description.body).changes).toBe(1)
    db.close()
    core = await openApp(join(folder, 'core'), { clock: () => now })
    expect(await core.call('tiers.list')).toMatchObject({ damaged: [endpoint.id] })
    expect((await core.call('route.explain', taskOf({ requested: 'datacenter' }))).mode).toBe('local')
    await core.call('tiers.remove', { endpointId: endpoint.id })
    expect((await core.call('tiers.list')).damaged).toEqual([])
  })
})

describe('a test of an endpoint', () => {
  test('MOD-10 EGR-03 asks it for a word, measures, and is on record', async () => {
    const own = authority.issue({ names: ['models.site'] })
    const { port, seen } = await serve(
      { key: own.key, cert: own.certificate },
      (response) => void stream(response).end(wholeAnswer('ready')),
    )
    const { endpoint } = await core.call('tiers.add', draft({ host: '127.0.0.1', port }))
    await core.call('tiers.secret', { endpointId: endpoint.id, secret: { bearer: 'a-key-of-this-endpoint', clientKey: null } })
    expect(await core.call('tiers.test', { endpointId: endpoint.id })).toMatchObject({ isWell: true, failure: null, model: 'large' })
    expect(seen).toMatchObject([{ url: '/v1/chat/completions', headers: { authorization: 'Bearer a-key-of-this-endpoint' } }])
    expect((await endpoints())[0]).toMatchObject({ breaker: 'closed', firstTokenMs: expect.any(Number) })
    await core.call('tiers.change', { endpointId: endpoint.id, change: { serverName: 'other.site' } })
    expect(await core.call('tiers.test', { endpointId: endpoint.id })).toMatchObject({
      ...{ isWell: false, failure: { code: 'endpoint.wrong_name' }, firstTokenMs: null },
    })
    const told = events().flatMap(({ type, body }) => (type === 'tier.tested' ? [(JSON.parse(body) as { code: string | null }).code] : []))
    expect(told).toEqual([null, 'endpoint.wrong_name'])
  })
})

describe('keys of endpoints', () => {
  const bearer = 'sk-very-secret-0123456789'
  const everything = (at: string): string =>
    readdirSync(at, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => readFileSync(join(entry.parentPath, entry.name), 'latin1'))
      .join('\n')

  test('K3 a key is kept encrypted, survives a restart, and stands nowhere else', async () => {
    const { endpoint } = await core.call('tiers.add', draft())
    const kept = await core.call('tiers.secret', { endpointId: endpoint.id, secret: { bearer, clientKey: null } })
    expect(kept.endpoint.hasSecret).toBe(true)
    expect(JSON.stringify(await core.call('tiers.list'))).not.toContain(bearer)
    expect(statSync(join(core.paths.keys, 'endpoints.key')).mode & 0o777).toBe(0o600)
    await core.app.close()
    expect(everything(core.paths.data)).not.toContain(bearer)
    expect(everything(core.paths.data)).not.toContain(Buffer.from(bearer).toString('base64').slice(0, 20))
    core = await openApp(join(folder, 'core'), { clock: () => now })
    expect((await endpoints())[0]?.endpoint.hasSecret).toBe(true)
    await core.call('tiers.remove', { endpointId: endpoint.id })
    expect(readFileSync(join(core.paths.keys, 'endpoints.sealed.json'), 'utf8')).toBe('{}')
  })

  test('K3 a private key must belong to the client certificate', async () => {
    const client = authority.issue()
    const { endpoint } = await core.call('tiers.add', draft({ clientCertificate: client.certificate }))
    const put = (clientKey: string) => core.codeOf('tiers.secret', { endpointId: endpoint.id, secret: { bearer: null, clientKey } })
    expect(await put(authority.key)).toBe('tier.other_key')
    expect(await put('not a key')).toBe('tier.bad_key')
    expect(await put(client.key)).toBe(null)
    await core.call('tiers.remove', { endpointId: endpoint.id })
    const plain = await core.call('tiers.add', draft())
    expect(await core.codeOf('tiers.secret', { endpointId: plain.endpoint.id, secret: { bearer: null, clientKey: client.key } })).toBe(
      'tier.no_client_certificate',
    )
    for (const bad of ['short', 'with space in it', 'line\nbreak in it', 'ü'.repeat(9)])
      expect(await core.codeOf('tiers.secret', { endpointId: plain.endpoint.id, secret: { bearer: bad, clientKey: null } })).toBe(
        'call.bad_input',
      )
  })
})

describe('decisions and what people say of them', () => {
  const task = taskOf({ features: features(0.95) })

  test('SAF-05 an override keeps tasks away for an hour, with its reason, and only narrows', async () => {
    const { endpoint } = await core.call('tiers.add', draft())
    expect((await core.call('route.explain', task)).mode).toBe('suggest')
    const made = await core.call('route.override', {
      away: { kind: 'endpoint', endpointId: endpoint.id },
      justification: 'It answers nonsense.',
    })
    expect(made).toMatchObject({ madeBy: 'tester', justification: 'It answers nonsense.', isInForce: true, expiresAt: now + 60 * minute })
    expect(await core.call('route.explain', task)).toMatchObject({
      mode: 'local',
      refused: [{ reason: 'overridden' }, { reason: 'not_configured' }],
    })
    now += 59 * minute
    expect((await core.call('route.explain', task)).mode).toBe('local')
    now += 2 * minute
    expect((await core.call('route.explain', task)).mode).toBe('suggest')
    expect(await core.call('route.overrides')).toMatchObject({ total: 1, items: [{ id: made.id, isInForce: false }] })
    expect(JSON.stringify(events())).not.toContain('nonsense')
  })

  test('an override for what does not exist, or without a reason, is refused', async () => {
    const justification = 'Because.'
    expect(await core.codeOf('route.override', { away: { kind: 'endpoint', endpointId: testId('end', 9) }, justification })).toBe(
      'tier.unknown',
    )
    expect(await core.codeOf('route.override', { away: { kind: 'outside' }, runId: testId('run', 9), justification })).toBe('run.unknown')
    expect(await core.codeOf('route.override', { away: { kind: 'outside' }, justification: ' ' })).toBe('call.bad_input')
    expect(await core.codeOf('route.override', { away: { kind: 'inside' }, justification })).toBe('call.bad_input')
  })

  test('RTE-09 the simulator says why, and writes nothing', async () => {
    const before = events().length
    expect((await core.call('route.explain', taskOf({ label: labelFromName('secret'), requested: 'frontier' }))).refused).toMatchObject([
      { endpointId: null, tier: 'frontier', reason: 'not_configured' },
      { endpointId: null, tier: 'datacenter', reason: 'not_configured' },
    ])
    expect([events().length, await core.call('route.list')]).toEqual([before, { items: [], total: 0 }])
  })

  test('RTE-11 statistics name every tier with its objective', async () => {
    const { tiers, decisions, overrides } = await core.call('tiers.statistics')
    expect(tiers.map(({ tier, firstTokenMs }) => [tier, firstTokenMs.objective])).toEqual([
      ...[
        ['reflex', null],
        ['edge', 2_000],
        ['datacenter', 3_000],
        ['frontier', 5_000],
      ],
    ])
    expect([decisions.total, overrides.total, overrides.target]).toEqual([0, 1, 0.1])
  })
})

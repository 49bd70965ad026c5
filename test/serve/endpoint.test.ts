/** One station is another's datacenter tier: the client for endpoints, through TLS with both certificates, at the door of a station. */
import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import * as z from 'zod'
import { DraftAnswer } from '../../main/domain/claim.ts'
import type { Endpoint } from '../../main/domain/endpoint.ts'
import { labelFromName, unclassified } from '../../main/domain/label.ts'
import { composeRequest } from '../../main/routing/compose.ts'
import { createEndpointClient } from '../../main/routing/endpoint-client.ts'
import { createAuthority } from '../support/certificates.ts'
import { goodKey, openTestDoor, reply } from '../support/serve-core.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'
import { testId } from '../support/test-core.ts'

const address = '127.0.0.2'

test('MOD-10 RTE-01 an answer under our own schema comes through whole, with its label and its usage', async () => {
  const folder = temporaryFolder()
  const [authority, callers] = [createAuthority(), createAuthority('Callers')]
  const own = authority.issue({ names: ['station.enclave'], addresses: [address] })
  const caller = callers.issue({ commonName: 'router' })
  const files = { certificate: join(folder, 'cert.pem'), key: join(folder, 'key.pem'), clientAuthority: join(folder, 'callers.pem') }
  writeFileSync(files.certificate, own.certificate)
  writeFileSync(files.key, own.key)
  writeFileSync(files.clientAuthority, callers.certificate)
  const probe = createServer().listen(0, address)
  await once(probe, 'listening')
  const bound = probe.address()
  probe.close()
  await once(probe, 'close')
  const port = typeof bound === 'object' && bound !== null ? bound.port : 0
  const door = await openTestDoor({}, { address, port, tls: files })
  const said = '{"claims":[{"text":"The pump failed.","n":1,"quote":"the pump failed"}]}'
  door.onChat = async ({ onText }) => {
    onText?.(said.slice(0, 20))
    onText?.(said.slice(20))
    return reply(said)
  }

  const endpoint: Endpoint = {
    ...{
      id: testId('end', 1),
      tier: 'datacenter',
      name: 'Enclave',
      host: address,
      port,
      serverName: 'station.enclave',
      isTls: true,
      basePath: '/v1',
    },
    ...{ certificateAuthority: authority.certificate, clientCertificate: caller.certificate, hasSecret: true, clearance: unclassified },
    models: [{ name: 'writer', contextTokens: 1_000, promptMicros: 0, completionMicros: 0 }],
    ...{ firstTokenMsMax: 1_000, isEnabled: true, addedAt: 0, addedBy: 'ana' },
  }
  const task = {
    messages: [
      { role: 'system', text: 'Answer from the passages.' },
      { role: 'user', text: 'What failed?' },
    ],
    ...{ schema: z.toJSONSchema(DraftAnswer), tokensMax: 100, seed: 1, temperature: 0 },
  } as const
  const composed = composeRequest(endpoint, 'writer', task)
  if (!composed.ok) throw new Error(composed.error.code)
  const client = createEndpointClient({ permitEgress: (_at, work) => work() })
  const pieces: string[] = []
  const ask = (bearer: string) =>
    client.ask({
      ...{ endpoint, request: composed.value, receipt: null, label: unclassified },
      secret: { bearer, clientKey: caller.key },
      options: { onText: (piece) => void pieces.push(piece) },
    })

  const answer = await ask(goodKey)
  expect(answer).toMatchObject({ ok: true, value: { text: said, stop: 'end', label: unclassified } })
  expect(pieces.join('')).toBe(said)
  expect(door.asked[0]).toMatchObject({ seed: 1, temperature: 0, tokensMax: 100, messages: task.messages })
  expect(door.record).toMatchObject([{ did: 'chat', status: 200, label: unclassified }])

  expect(await ask('key_wrong.secret')).toMatchObject({ error: { code: 'endpoint.unauthorised' } })
  // What its key permits is not what it is asked under.
  door.keys.set('key_high.s', { id: testId('key', 9), ceiling: labelFromName('secret'), models: null, expiresAt: null, revokedAt: null })
  expect(await ask('key_high.s')).toMatchObject({ ok: true, value: { label: unclassified } })
})

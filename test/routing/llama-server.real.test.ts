/** An endpoint that is none of ours: llama.cpp's own server, where HOLDFAST_LLAMA_SERVER says that one has been built. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { unclassified } from '../../main/domain/label.ts'
import { tinyModels } from '../support/models.ts'
import { openApp } from '../support/open-app.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

const program = process.env.HOLDFAST_LLAMA_SERVER ?? ''
const isBuilt = existsSync(program)
if (!isBuilt) console.warn('skipped: an endpoint that is llama-server, since HOLDFAST_LLAMA_SERVER names no program')
const folder = temporaryFolder()
const bearer = 'a-key-for-llama-server'
const started: Array<ReturnType<typeof spawn>> = []
afterAll(() => {
  for (const child of started) child.kill('SIGKILL')
})

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1')
  await once(probe, 'listening')
  const address = probe.address()
  probe.close()
  await once(probe, 'close')
  return typeof address === 'object' && address !== null ? address.port : 0
}

test.skipIf(!isBuilt)('RTE-01 MOD-09 llama-server is asked under our form with its key, and what it writes keeps to the form', async () => {
  const [core, port] = [await openApp(join(folder, 'data')), await freePort()]
  const place = ['-m', tinyModels(folder).decoder, '--host', '127.0.0.1', '--port', String(port), '--api-key', bearer]
  started.push(spawn(program, [...place, '-c', '8192', '-t', '1', '--no-warmup'], { stdio: 'ignore' }))
  const paper = join(folder, 'quay.md')
  writeFileSync(paper, '# Quay\n\nThe eastern quay is eleven metres deep, as the pilot book says.\n')
  await core.ingest([paper], { level: 'unclassified' })
  const { endpoint } = await core.call('tiers.add', {
    ...{ tier: 'datacenter', name: 'llama-server', host: '127.0.0.1', port, serverName: null, isTls: false, basePath: '/v1' },
    ...{ certificateAuthority: null, clientCertificate: null, clearance: unclassified, firstTokenMsMax: 30_000, isEnabled: true },
    models: [{ name: 'decoder', contextTokens: 8_192, promptMicros: 0, completionMicros: 0 }],
  })
  const endpointId = endpoint.id
  const wellOf = async () => (await core.call('tiers.test', { endpointId })).isWell
  await expect
    .poll(async () => (await core.call('tiers.test', { endpointId })).failure?.code, { timeout: 60_000 })
    .toBe('endpoint.unauthorised')
  await core.call('tiers.secret', { endpointId, secret: { bearer, clientKey: null } })
  await expect.poll(wellOf, { timeout: 60_000, interval: 500 }).toBe(true)

  const { runId } = await core.call('ask.start', { question: 'How deep is the eastern quay?', tier: 'datacenter' })
  expect(await core.settled(runId)).toMatchObject({ status: 'held', holds: ['approval'] })
  const [item] = (await core.call('approvals.list')).items
  const { argumentsHash } = await core.call('approvals.get', { holdId: item?.holdId })
  await core.call('approvals.approve', { holdId: item?.holdId, argumentsHash })
  expect((await core.settled(runId)).status).toBe('complete')
  expect((await core.call('ask.answer', { runId })).answer).toMatchObject({ tier: 'datacenter', model: 'decoder' })
  const answered = (await core.call('runs.events', { runId, limit: 200 })).items.flatMap(({ event }) =>
    event.type === 'model.answered' ? [event] : [],
  )
  expect(answered[0]?.usage.completionTokens).toBeGreaterThan(0)
  // Random weights: the form is kept, and nothing that they claim is supported.
  const body = await core.call('bodies.read', { runId, body: answered[0]?.output.body })
  expect(body.text).toMatch(/^\s*\{\s*"claims"/)
})

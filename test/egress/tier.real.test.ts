/** Real packets with one tier configured, which is another Holdfast on another host: what it is sent, what nobody is sent, what is on record. */
import { execFile } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import { unclassified } from '../../main/domain/label.ts'
import { createAuthority } from '../support/certificates.ts'
import { holdfastEntry, quoted } from '../support/command.ts'
import { tinyModels } from '../support/models.ts'
import { openApp } from '../support/open-app.ts'
import { inSink, peerAddress, peerScript, whyNoSink } from '../support/sink.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'
import { readTrace, traceInto, whyNoTrace } from '../support/trace.ts'

const why = whyNoTrace() ?? whyNoSink()
if (why !== null) console.warn(`skipped: that packets go to one tier alone, since ${why}`)
const folder = temporaryFolder()
const port = 8443

/** A station that serves its model with TLS under one key, closed again: its command opens it on another host. */
async function prepareServer(data: string) {
  const app = await openApp(data)
  const model = await app.call('models.import', { source: { path: tinyModels(folder).decoder } })
  const { secret } = await app.call('serve.addKey', { name: 'A station', ceiling: unclassified })
  await app.app.close()
  const authority = createAuthority()
  const { certificate, key } = authority.issue({ addresses: [peerAddress] })
  const files = { certificate: join(folder, 'cert.pem'), key: join(folder, 'key.pem') }
  writeFileSync(files.certificate, certificate)
  writeFileSync(files.key, key)
  const serve = ['serve', '--listen', peerAddress, '--port', String(port), '--tls-cert', files.certificate, '--tls-key', files.key]
  return { model: model.id, secret, authority: authority.certificate, command: [holdfastEntry, ...serve, '--data', data, '--json'] }
}

test.skipIf(why !== null)(
  'RTE-01 EGR-01 LBL-01 one tier: what is above it sends no packet and is on record, what is within goes to exactly that host and port',
  async () => {
    const data = join(folder, 'peer')
    const { model, secret, authority, command } = await prepareServer(data)
    const [setup, served, traces] = [join(folder, 'setup.json'), join(folder, 'served.json'), join(folder, 'traces')]
    mkdirSync(traces)
    const draft = {
      ...{ tier: 'datacenter', name: 'Enclave', host: peerAddress, port, serverName: null, isTls: true, basePath: '/v1' },
      ...{ certificateAuthority: authority, clientCertificate: null, clearance: unclassified, firstTokenMsMax: 20_000, isEnabled: true },
      models: [{ name: model, contextTokens: 8_192, promptMicros: 0, completionMicros: 0 }],
    }
    writeFileSync(setup, JSON.stringify({ draft, secret: { bearer: secret, clientKey: null }, folder }))
    const journey = (phase: string) =>
      quoted([...traceInto(traces), process.execPath, join(import.meta.dirname, 'tier-journey.ts'), join(folder, 'data'), setup, phase])
    const counted = 'echo; echo $(packets) $(peer_packets)'
    const [program = '', ...args] = inSink([
      peerScript,
      `nsenter -t $peer -n ${quoted([process.execPath, ...command])} > '${served}' & server=$!`,
      `trap 'kill $server; kill $sink $peer' EXIT`,
      `until grep -q url '${served}' || ! kill -0 $server; do sleep 0.1; done`,
      ...[journey('above'), counted, journey('within'), counted],
    ])
    const env = { ...process.env, HOLDFAST_LLAMA_THREADS: '1' }
    const { stdout } = await promisify(execFile)(program, args, { env, timeout: 200_000 })
    const [above = '', before = '', within = '', after = ''] = stdout.trim().split('\n')
    console.log(`packets to nobody and to the tier: ${before}, then ${after}`)

    expect(JSON.parse(above)).toMatchObject({
      ...{ status: 'complete', asked: [], tier: 'reflex', fellBack: { from: 'datacenter', code: 'route.above_tier_clearance' } },
      ...{ allowed: 0, denied: 0, refusals: expect.arrayContaining(['above_tier_clearance']) },
    })
    expect(before).toBe('0 0')
    expect(JSON.parse(within)).toMatchObject({ status: 'complete', asked: ['approval'], tier: 'datacenter', allowed: 1, denied: 0 })
    const [toNobody, toTier] = after.split(' ').map(Number)
    expect(toNobody).toBe(0)
    expect(toTier).toBeGreaterThan(0)
    const { attempts } = readTrace(traces)
    expect(attempts.length).toBeGreaterThan(0)
    const there = `sin_port=htons(${port}), sin_addr=inet_addr("${peerAddress}")`
    expect(attempts.filter((line) => !line.includes(there))).toEqual([])

    // The other side has it on record under the label that it was sent with.
    const peer = await openApp(data)
    const calls: unknown[] = []
    peer.app.subscribe(0, (item) => {
      if (item.kind === 'event' && item.event.event.type === 'serve.called') calls.push(item.event.label)
    })
    await expect.poll(() => calls).toEqual([unclassified])
  },
  300_000,
)

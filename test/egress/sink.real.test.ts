/** Real packets: the product in a network whose every packet is counted. HOLDFAST_EGRESS_MINUTES makes the journey longer. */
import { execFile, spawnSync } from 'node:child_process'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { describe, expect, test } from 'vitest'
import { quoted } from '../support/command.ts'
import { guardOf, inSink, whyNoSink } from '../support/sink.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'
import { readTrace, traceInto, whyNoTrace } from '../support/trace.ts'

const why = whyNoTrace() ?? whyNoSink()
if (why !== null) console.warn(`skipped: that no packet leaves, since ${why}`)
const minutes = Number(process.env.HOLDFAST_EGRESS_MINUTES ?? 0)
const folder = temporaryFolder()

const attempt = "require('net').connect(80, '192.0.2.7').on('error', () => {})"
const ways: ReadonlyArray<readonly [string, string]> = [
  ['TCP', attempt],
  ['UDP', "require('dgram').createSocket('udp4').send('x', 53, '192.0.2.7')"],
  ['dgram that is connected', "const s = require('dgram').createSocket('udp4'); s.connect(53, '192.0.2.7', () => s.send('x'))"],
  ['DNS', "const r = new (require('dns').Resolver)(); r.setServers(['192.0.2.53']); r.resolve4('holdfast.invalid', () => {})"],
  ['HTTP/2', "require('http2').connect('http://192.0.2.7').on('error', () => {})"],
  ['WebSocket', "new WebSocket('ws://192.0.2.7/')"],
  ['fetch', "fetch('http://192.0.2.7/').catch(() => {})"],
  ['a spawned curl', "require('child_process').spawn('curl', ['--max-time', '1', 'http://192.0.2.7/'])"],
  ['a worker', `new (require('worker_threads').Worker)(${JSON.stringify(attempt)}, { eval: true })`],
  ['a child', `require('child_process').spawn(process.execPath, ['-e', ${JSON.stringify(attempt)}])`],
]

/** How many packets each way sends, one after the other in one network. */
function packetsOf(flags: readonly string[]): Readonly<Record<string, number>> {
  const lines = ways.map(([, code]) => `timeout 1 ${quoted([process.execPath, ...flags, '-e', code])} 2> /dev/null; packets`)
  const [command = '', ...args] = inSink(lines)
  const { stdout } = spawnSync(command, args, { encoding: 'utf8', timeout: 60_000 })
  const counts = stdout.trim().split('\n').map(Number)
  return Object.fromEntries(ways.map(([way], i) => [way, (counts[i] ?? Number.NaN) - (counts[i - 1] ?? 0)]))
}

describe.skipIf(why !== null)('EGR-01 what is planted', () => {
  test('is counted by the sink, every way', () => {
    expect(Object.entries(packetsOf([])).filter(([, packets]) => !(packets > 0))).toEqual([])
  })

  test('sends nothing behind the guard, any way', () => {
    expect(Object.entries(packetsOf([guardOf('core')])).filter(([, packets]) => packets !== 0)).toEqual([])
  })
})

test.skipIf(why !== null)(
  `EGR-01 with nothing configured, ${minutes === 0 ? 'a round' : `${minutes} minutes`} of work send no packet and try to send none`,
  async () => {
    const [traces, data] = [join(folder, 'traces'), join(folder, 'data')]
    mkdirSync(traces)
    const journey = quoted([...traceInto(traces), process.execPath, join(import.meta.dirname, 'journey.ts'), data, String(minutes)])
    const [command = '', ...args] = inSink(['before=$(packets)', journey, 'echo; echo $before $(packets)'])
    const env = { ...process.env, HOLDFAST_LLAMA_THREADS: '1' }
    const { stdout } = await promisify(execFile)(command, args, { env, timeout: 240_000 + minutes * 60_000 })
    const [said = '', counted] = stdout.trim().split('\n')
    const did = JSON.parse(said) as Readonly<Record<string, number>>
    console.log(`what was done: ${said}; packets before and after: ${counted}`)
    expect(did.rounds).toBeGreaterThan(0)
    expect(did).toMatchObject({ answers: Number(did.rounds) + 1, kills: did.rounds, reports: did.rounds, letThrough: 0, refused: 0 })
    expect(counted).toBe('0 0')
    const { calls, attempts } = readTrace(traces)
    expect(attempts).toEqual([])
    expect(calls).toBeGreaterThan(100)
  },
  300_000 + minutes * 60_000,
)

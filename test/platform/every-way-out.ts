/** A program that tries every way out of a process and prints what came of each, as one JSON document. Without a guard it tries in earnest, so run it in an empty network. */
import childProcess, { spawn as namedSpawn } from 'node:child_process'
import cluster from 'node:cluster'
import dgram from 'node:dgram'
import dns, { lookup as namedLookup } from 'node:dns'
import dnsPromises from 'node:dns/promises'
import { once } from 'node:events'
import http from 'node:http'
import http2 from 'node:http2'
import https from 'node:https'
import module from 'node:module'
import net, { connect as namedConnect } from 'node:net'
import tls from 'node:tls'
import { promisify } from 'node:util'
import { Worker } from 'node:worker_threads'
import { Agent, EventSource, WebSocket as UndiciWebSocket, fetch as undiciFetch, request as undiciRequest } from 'undici'
import { refusedAttempts } from '../../main/platform/egress-attempts.ts'
import { hearWorkers } from '../../main/platform/worker-attempts.ts'

/** A documentation address and a name that never resolves: nothing would answer if the guard were not there. */
const [address, name, six] = ['192.0.2.7', 'holdfast.invalid', '2001:db8::7'] as const

type Attempt = () => unknown
const failing = (emitter: NodeJS.EventEmitter) => once(emitter, 'error').then(([error]) => Promise.reject(error))
const opening = (socket: EventTarget) =>
  new Promise((_resolve, reject) => socket.addEventListener('error', (event) => reject((event as ErrorEvent).error ?? event)))
const udp = (run: (socket: dgram.Socket) => void): Attempt => {
  return async () => {
    const socket = dgram.createSocket('udp4')
    run(socket)
    await failing(socket)
  }
}
/** What a handle answers that was reached past the methods above it: an error number of the system. */
const handleOf = (socket: object): Record<string, (...args: unknown[]) => number> => {
  const state = Object.getOwnPropertySymbols(socket).map((symbol): unknown => Reflect.get(socket, symbol))
  const own: unknown =
    Reflect.get(socket, '_handle') ?? state.find((value) => typeof value === 'object' && value !== null && 'handle' in value)
  return (typeof own === 'object' && own !== null && 'handle' in own ? own.handle : own) as ReturnType<typeof handleOf>
}
const answered = (number: number | undefined) => {
  throw Object.assign(new Error(`the system's ${number}`), { code: number === -13 ? 'egress.denied' : 'let through' })
}
const tcpHandle = async () => {
  const server = net.createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { constructor: Handle } = handleOf(server) as unknown as { constructor: new (kind: number) => ReturnType<typeof handleOf> }
  server.close()
  return new Handle(0)
}
const resolver = new dns.Resolver()
const promised = new dnsPromises.Resolver()
const binding = (part: string) => (process as unknown as { binding(part: string): unknown }).binding(part)

const attempts: Readonly<Record<string, Attempt>> = {
  'fetch of a name': () => fetch(`http://${name}/`),
  'fetch of an address': () => fetch(`http://${address}/`),
  'fetch over TLS': () => fetch(`https://${name}/`),
  'fetch of an IPv6 address': () => fetch(`http://[${six}]/`),
  'fetch of this machine': () => fetch('http://127.0.0.1:8099/'),
  'fetch of a Request': () => fetch(new Request(`http://${address}/`)),
  'fetch of undici': () => undiciFetch(`http://${address}/`),
  'request of undici': () => undiciRequest(`http://${address}/`, { dispatcher: new Agent() }),
  'fetch with a dispatcher': () => fetch('data:,x', {}).then(() => undiciFetch(`https://${name}/`, { dispatcher: new Agent() })),
  WebSocket: () => opening(new WebSocket(`ws://${name}/`)),
  'WebSocket of undici': () => opening(new UndiciWebSocket(`ws://${address}/`) as unknown as EventTarget),
  EventSource: () => opening(new globalThis.EventSource(`http://${address}/`)),
  'EventSource of undici': () => opening(new EventSource(`http://${address}/`) as unknown as EventTarget),
  'http.request': () => failing(http.request({ host: name, path: '/x' }).end()),
  'http.get without an agent': () => failing(http.get(`http://${address}/`, { agent: false })),
  'http through an agent of its own': () => failing(http.get(`http://${address}/`, { agent: new http.Agent({ keepAlive: true }) })),
  'https.request': () => failing(https.request(`https://${name}/`).end()),
  'http2.connect': () => failing(http2.connect(`https://${name}`)),
  'http2.connect in the clear': () => failing(http2.connect(`http://${address}`)),
  'net.connect': () => failing(net.connect(80, address)),
  'net.connect by name': () => failing(net.connect({ host: name, port: 80 })),
  'net.connect to this machine': () => failing(net.connect({ host: '127.0.0.1', port: 53 })),
  'net.connect to localhost': () => failing(net.connect({ host: 'localhost', port: 53 })),
  'net.connect without a host': () => failing(net.connect(53)),
  'connect imported by its name': () => failing(namedConnect({ host: address, port: 80 })),
  'net.createConnection': () => failing(net.createConnection({ host: '::ffff:192.0.2.7', port: 80 })),
  'Socket.connect': () => failing(new net.Socket().connect(80, name)),
  'a lookup of its own': () => failing(net.connect({ host: 'localhost', port: 80, lookup: (_h, _o, done) => done(null, address, 4) })),
  'a local socket that others serve': () => failing(net.connect('/run/systemd/resolve/io.systemd.Resolve')),
  'tls.connect': () => failing(tls.connect({ host: name, port: 443 })),
  'tls.connect over a port and a host': () => failing(tls.connect(443, address)),
  'TLSSocket.connect': () => failing(new tls.TLSSocket(new net.Socket()).connect(443, address)),
  'a TCP handle': async () => answered((await tcpHandle()).connect?.({}, address, 80)),
  'a TCP handle over IPv6': async () => answered((await tcpHandle()).connect6?.({}, six, 80)),
  'a TCP handle that binds': async () => answered((await tcpHandle()).bind?.('0.0.0.0', 0)),
  'a socket with a getter for a host': () => {
    let asked = 0
    const host = () => (asked++ === 0 ? '127.0.0.1' : address)
    return failing(net.connect(Object.defineProperty({ port: 80 }, 'host', { get: host, enumerable: true }) as net.TcpNetConnectOpts))
  },
  'dgram.send to an address': udp((socket) => socket.send('x', 53, address)),
  'dgram.send to this machine': udp((socket) => socket.send('x', 53, '127.0.0.53')),
  'dgram.send to a name': udp((socket) => socket.send('localhost', 53, name)),
  'dgram.send of a part': udp((socket) => socket.send(Buffer.from('abc'), 0, 3, 53, address)),
  'dgram.connect': udp((socket) => socket.connect(53, address)),
  'dgram.bind': udp((socket) => socket.bind(0)),
  'a UDP handle': () => answered(handleOf(dgram.createSocket('udp4')).send?.({}, [Buffer.from('x')], 1, 53, address, false)),
  'a UDP handle that connects': () => answered(handleOf(dgram.createSocket('udp4')).connect?.(address, 53)),
  'a UDP handle that binds': () => answered(handleOf(dgram.createSocket('udp4')).bind?.('0.0.0.0', 0, 0)),
  'dns.lookup': () => dns.lookup(name, () => undefined),
  'dns.lookup of localhost': () => dns.lookup('localhost', () => undefined),
  'dns.lookup as a promise': () => promisify(dns.lookup)(name),
  'lookup imported by its name': () => namedLookup(name, () => undefined),
  'dns.lookupService': () => dns.lookupService(address, 53, () => undefined),
  'dns.resolve': () => dns.resolve(name, () => undefined),
  'dns.resolve4': () => dns.resolve4('localhost', () => undefined),
  'dns.resolveTxt': () => dns.resolveTxt(name, () => undefined),
  'dns.reverse': () => dns.reverse('127.0.0.1', () => undefined),
  'Resolver.resolve4': () => resolver.resolve4(name, () => undefined),
  'a handle of a Resolver': () => answered(handleOf(resolver).queryA?.({}, name)),
  'dns.promises.lookup': () => dns.promises.lookup(name),
  'dns/promises.lookup': () => dnsPromises.lookup(name),
  'dns/promises.resolve': () => dnsPromises.resolve(name),
  'dns/promises.Resolver': () => promised.resolveMx(name),
  'listening to everybody': () => failing(net.createServer().listen(0)),
  'listening on an address': () => failing(http.createServer().listen(8080, address)),
  'listening on a descriptor': () => failing(net.createServer().listen({ fd: 0 })),
  spawn: () => failing(childProcess.spawn('curl', [`http://${address}/`])),
  'spawn imported by its name': () => failing(namedSpawn('curl', [`http://${address}/`])),
  'spawn in a shell': () => failing(childProcess.spawn(`curl http://${address}/`, { shell: true })),
  exec: () => childProcess.exec(`curl http://${address}/`, () => undefined),
  'exec as a promise': () => promisify(childProcess.exec)(`curl http://${address}/`),
  execFile: () => childProcess.execFile('curl', [`http://${address}/`], () => undefined),
  'fork of a file that is not ours': () => childProcess.fork('/tmp/x.mjs'),
  spawnSync: () => childProcess.spawnSync('curl', [`http://${address}/`]),
  'spawnSync in a shell': () => childProcess.spawnSync(process.execPath, ['--version'], { shell: '/bin/sh' }),
  execSync: () => childProcess.execSync(`curl http://${address}/`),
  execFileSync: () => childProcess.execFileSync('curl', [`http://${address}/`]),
  'our own Node on a text': () => childProcess.spawn(process.execPath, ['-e', `fetch('http://${address}/')`]),
  'ChildProcess.spawn': () =>
    (new childProcess.ChildProcess() as unknown as { spawn(options: object): void }).spawn({ file: 'curl', args: ['curl'], envPairs: [] }),
  'cluster.fork': () => cluster.fork(),
  'process.execve': () => process.execve?.('/usr/bin/curl', ['curl'], {}),
  'process.binding of sockets': () => binding('tcp_wrap'),
  'process.binding of programs': () => binding('spawn_sync'),
  'process._linkedBinding': () => Reflect.apply(Reflect.get(process, '_linkedBinding') as () => unknown, process, ['tcp_wrap']),
  'process.dlopen from elsewhere': () => process.dlopen({ exports: {} }, '/tmp/x.node'),
  'loader hooks in a thread without a guard': () => module.register('data:text/javascript,'),
  'the inspector': async () => (await import('node:inspector')).open(9229, '0.0.0.0'),
  'fetch in a worker': () => inWorker(`fetch('http://${address}/')`),
  'net.connect in a worker without flags and environment': () =>
    inWorker(`require('net').connect(80, '${address}')`, { execArgv: [], env: {} }),
  'import() in a worker': () => inWorker(`import('node:net').then((net) => net.connect(80, '${address}'))`),
  'spawn in a worker': () => inWorker(`require('child_process').spawn('curl')`),
  'a worker in a worker': () =>
    inWorker(`new (require('worker_threads').Worker)("require('net').connect(80, '${address}')", { eval: true, execArgv: [] })`),
}

function inWorker(code: string, options: { execArgv?: string[]; env?: NodeJS.Dict<string> } = {}): Promise<never> {
  const worker = new Worker(
    `const { parentPort, Worker } = require('worker_threads')
     const say = (error) => parentPort.postMessage({ code: (error && error.cause ? error.cause : error).code, message: String(error) })
     process.on('uncaughtException', say)
     Promise.resolve().then(() => (${code})).then((done) => {
       if (done instanceof Worker) done.on('error', say)
     }, say)`,
    { ...options, eval: true },
  )
  return new Promise((_resolve, reject) => {
    worker.on('message', (error) => {
      void worker.terminate()
      reject(Object.assign(new Error('in a worker'), error))
    })
    worker.on('error', reject)
  })
}

/** `fetch` wraps what the connection failed with, and so does undici. */
const rootOf = (error: unknown): unknown => (error instanceof Error && error.cause !== undefined ? rootOf(error.cause) : error)
const limits = { waitMs: Number(process.env.WAIT_MS ?? 5_000), tellMs: 20 }

async function codeOf(attempt: Attempt): Promise<string> {
  const late = Promise.withResolvers<string>()
  const timer = setTimeout(late.resolve, limits.waitMs, 'nothing came of it')
  const tried = Promise.resolve()
    .then(attempt)
    .then(
      () => 'let through',
      (error: unknown) => String((rootOf(error) as { code?: unknown } | undefined)?.code ?? rootOf(error)),
    )
  return Promise.race([tried, late.promise]).finally(() => clearTimeout(timer))
}

const leftOut = process.argv.slice(2)
process.on('uncaughtException', () => undefined)
hearWorkers()
export interface WayOut {
  readonly code: string
  /** How many refusals the guard noted meanwhile. */
  readonly noted: number
}
const found: Record<string, WayOut> = {}
for (const [way, attempt] of Object.entries(attempts)) {
  if (leftOut.some((part) => way.includes(part))) continue
  const before = refusedAttempts()
  const code = await codeOf(attempt)
  // What a thread says of its own refusals comes a moment later than its end.
  if (way.includes('worker')) await new Promise((resolve) => setTimeout(resolve, limits.tellMs))
  found[way] = { code, noted: refusedAttempts() - before }
}
process.stdout.write(JSON.stringify(found), () => process.exit(0))

/**
 * One process's worth of work on this machine: documents read, commits made, calls over a local socket that stays open as a shell's does, and, apart,
 * sockets opened. Prints the processor time of each in milliseconds.
 */
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import net from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { isReplaced } from '../../main/platform/wrap.ts'
import { openStore } from '../../main/store/open.ts'
import { readDocument } from '../support/read-document.ts'

const sizes = { readings: 12, commits: 1_500, calls: 6_000, connections: 1_500 } as const
const documents = join(import.meta.dirname, '../../main/sample-case/documents')
const folder = mkdtempSync(join(tmpdir(), 'local-work-'))

async function cost(work: () => Promise<void> | void): Promise<number> {
  const before = process.cpuUsage()
  await work()
  const { user, system } = process.cpuUsage(before)
  return (user + system) / 1_000
}

async function readAll(): Promise<void> {
  for (let i = 0; i < sizes.readings; i++)
    for (const name of readdirSync(documents)) if (!name.endsWith('.pdf')) await readDocument(name, readFileSync(join(documents, name)))
}

function commitAll(): void {
  const db = openStore(join(folder, 'holdfast.db'))
  const put = db.prepare("INSERT INTO settings (tenant_id, key, value) VALUES ('station', ?, '{}')")
  for (let i = 0; i < sizes.commits; i++) put.run(`key ${i}`)
  db.close()
}

/** Named as a core's own socket, which is the only kind that the guard lets through. */
const path = join(folder, 'holdfast-0', '0123456789abcdef.sock')
mkdirSync(join(folder, 'holdfast-0'))
const server = net.createServer((socket) => socket.pipe(socket)).listen(path)
await new Promise((resolve) => server.once('listening', resolve))

/** One connection, and an answer to each line before the next. */
async function callAll(): Promise<void> {
  const socket = net.connect(path)
  await new Promise((resolve) => socket.once('connect', resolve))
  for (let i = 0; i < sizes.calls; i++) {
    const answered = new Promise((resolve) => socket.once('data', resolve))
    socket.write('{"call":"station.status"}\n')
    await answered
  }
  socket.destroy()
}

async function connectAll(): Promise<void> {
  for (let i = 0; i < sizes.connections; i++)
    await new Promise<void>((resolve, reject) => {
      const socket = net.connect(path, () => socket.end('ping'))
      socket
        .on('error', reject)
        .on('close', () => resolve())
        .resume()
    })
}

await readAll()
await callAll()
const [read, commit, call, connect] = [await cost(readAll), await cost(commitAll), await cost(callAll), await cost(connectAll)]
server.close()
rmSync(folder, { recursive: true })
process.stdout.write(JSON.stringify({ isGuarded: isReplaced(net.Socket.prototype, 'connect'), read, commit, call, connect }))

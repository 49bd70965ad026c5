/**
 * The core's side of its local socket. Whoever can open it is the same account: the folder is 0700 and the socket 0600 (on Windows a
 * pipe that only its creator may write), so it asks for no token. It must never hold more unsent data than its limits say.
 */
import { once } from 'node:events'
import { chmodSync, lstatSync, unlinkSync } from 'node:fs'
import { createServer, type Socket } from 'node:net'
import { dirname } from 'node:path'
import { fail, ok, type Result } from '../domain/result.ts'
import { ensurePrivateFolder } from './paths.ts'
import { type FromCore, FromShell, LineTooLong, parseLine, readLines, socketLimits } from './socket-lines.ts'

export interface SocketHandlers {
  /** Must not reject. The reply is sent as JSON. */
  call(name: string, input: unknown, shell: 'cli' | 'desktop'): Promise<unknown>
  subscribe(after: number | null, listen: (item: unknown) => void): () => void
}

export interface SocketServer {
  close(): Promise<void>
}

const tooLong = fail('core.reply_too_long', 'The reply is longer than the local socket carries.', 'Ask for fewer items at a time.')

async function serveConnection(socket: Socket, handlers: SocketHandlers): Promise<void> {
  const subscriptions = new Map<number, () => void>()
  let callsUnderWay = 0
  let changed = Promise.withResolvers<void>()
  const signal = () => {
    changed.resolve()
    changed = Promise.withResolvers()
  }
  socket.on('drain', signal)
  socket.on('close', signal)

  const send = (message: FromCore) => {
    if (socket.writable) socket.write(`${JSON.stringify(message)}\n`)
  }
  const reply = async (id: number, result: Promise<unknown>) => {
    const line = JSON.stringify({ id, reply: await result } satisfies FromCore)
    if (Buffer.byteLength(line) > socketLimits.lineBytesMax) send({ id, reply: tooLong })
    else if (socket.writable) socket.write(`${line}\n`)
    callsUnderWay -= 1
    signal()
  }
  const end = (id: number) => {
    subscriptions.get(id)?.()
    subscriptions.delete(id)
  }
  const subscribe = (id: number, after: number | null) => {
    let isOver = false
    // The first items may come before `subscribe` returns; ending then has to wait for the function that ends it.
    let stop: (() => void) | null = null
    const finish = () => {
      isOver = true
      stop?.()
    }
    subscriptions.set(id, finish)
    stop = handlers.subscribe(after, (item) => {
      if (isOver) return
      if (socket.writableLength <= socketLimits.unsentBytesMax) return send({ id, item })
      end(id)
      send({ id, dropped: true })
    })
    if (isOver) stop()
  }
  const mayTake = () => callsUnderWay < socketLimits.callsAtOnceMax && !socket.writableNeedDrain

  try {
    for await (const line of readLines(socket, socketLimits.lineBytesMax)) {
      const message = parseLine(line, FromShell)
      if (message === null) return send({ refused: 'A line was not what the local socket takes.' })
      if ('name' in message) {
        callsUnderWay += 1
        void reply(message.id, handlers.call(message.name, message.input, message.shell))
      } else if ('unsubscribe' in message) end(message.id)
      else if (subscriptions.has(message.id) || subscriptions.size >= socketLimits.subscriptionsMax) {
        return send({ refused: 'Too many subscriptions on one connection, or one number used twice.' })
      } else subscribe(message.id, message.subscribe)
      while (!mayTake() && !socket.destroyed) await changed.promise
    }
  } catch (error) {
    if (error instanceof LineTooLong) send({ refused: 'A line was longer than the local socket takes.' })
  } finally {
    for (const id of [...subscriptions.keys()]) end(id)
    socket.end()
    setTimeout(() => socket.destroy(), socketLimits.farewellMs).unref()
  }
}

/** Removes what an earlier core left behind. Only the owner of the data folder's lock may call this. */
function clearAddress(address: string): Result<null> {
  const folder = ensurePrivateFolder(dirname(address))
  if (!folder.ok) return folder
  const found = lstatSync(address, { throwIfNoEntry: false })
  if (found === undefined) return ok(null)
  if (!found.isSocket()) return fail('core.socket_taken', `${address} is in the way and is no socket.`, 'Move it away.')
  unlinkSync(address)
  return ok(null)
}

/** Listens at an address of `socketAddresses`. Call it only while holding the lock of the data folder. */
export async function serveSocket(address: string, handlers: SocketHandlers): Promise<Result<SocketServer>> {
  const isPipe = process.platform === 'win32'
  const connections = new Set<Socket>()
  const server = createServer((socket) => {
    connections.add(socket)
    socket.on('close', () => connections.delete(socket))
    // A peer that vanishes is no event worth more than the end of its connection.
    socket.on('error', () => socket.destroy())
    void serveConnection(socket, handlers)
  })
  server.maxConnections = socketLimits.connectionsMax
  try {
    if (!isPipe) {
      const cleared = clearAddress(address)
      if (!cleared.ok) return cleared
    }
    server.listen(address)
    await once(server, 'listening')
    if (!isPipe) chmodSync(address, 0o600)
  } catch {
    server.close()
    return fail('core.socket_failed', `The local socket ${address} could not be opened.`, 'Check the folder it lies in.')
  }
  return ok({
    close: async () => {
      const closed = once(server, 'close')
      server.close()
      for (const socket of connections) socket.destroy()
      await closed
    },
  })
}

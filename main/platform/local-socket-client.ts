/** A shell's side of the core's local socket: one connection, numbered calls and subscriptions. It reconnects nothing by itself. */
import { lstatSync } from 'node:fs'
import { connect, type Socket } from 'node:net'
import { dirname } from 'node:path'
import { fail, ok, type Result } from '../domain/result.ts'
import { folderFault } from './paths.ts'
import { FromCore, type FromShell, parseLine, readLines, socketLimits } from './socket-lines.ts'

export interface SocketClient {
  /** The core's reply, unread. Fails with `core.gone` when the connection ends first. */
  call(name: string, input: unknown, shell: 'cli' | 'desktop'): Promise<Result<unknown>>
  /** `onEnd` is called once when the core ends the subscription, or with the connection; never after the returned function. */
  subscribe(after: number | null, listen: (item: unknown) => void, onEnd: () => void): () => void
  readonly closed: Promise<void>
  close(): void
}

export const coreGone = fail('core.gone', 'The connection to the core has ended.', 'Start Holdfast again if it does not come back.')
const callTooLong = fail('call.too_long', 'The input is longer than the local socket carries.', 'Send it in smaller parts.')
const absent = fail('core.not_running', 'No core runs on this data folder.', 'Start Holdfast, or name the data folder with --data.')

function open(address: string): Promise<Socket | null> {
  return new Promise((resolve) => {
    const socket = connect(address)
    socket.once('error', () => resolve(null))
    socket.once('connect', () => resolve(socket))
  })
}

function createClient(socket: Socket): SocketClient {
  const calls = new Map<number, (result: Result<unknown>) => void>()
  const subscriptions = new Map<number, { readonly listen: (item: unknown) => void; readonly onEnd: () => void }>()
  const closed = Promise.withResolvers<void>()
  let nextId = 1

  const send = (message: FromShell): boolean => {
    const line = `${JSON.stringify(message)}\n`
    if (Buffer.byteLength(line) > socketLimits.lineBytesMax) return false
    socket.write(line)
    return true
  }
  const endSubscription = (id: number) => {
    const subscription = subscriptions.get(id)
    subscriptions.delete(id)
    subscription?.onEnd()
  }
  const take = (message: FromCore) => {
    if ('refused' in message) socket.destroy()
    else if ('reply' in message) {
      calls.get(message.id)?.(ok(message.reply))
      calls.delete(message.id)
    } else if ('item' in message) subscriptions.get(message.id)?.listen(message.item)
    else endSubscription(message.id)
  }
  const read = async () => {
    try {
      for await (const line of readLines(socket, socketLimits.lineBytesMax * 2)) {
        const message = parseLine(line, FromCore)
        if (message === null) return
        take(message)
      }
    } catch {
      // A broken connection ends like a closed one.
    } finally {
      socket.destroy()
      for (const settle of calls.values()) settle(coreGone)
      calls.clear()
      for (const id of [...subscriptions.keys()]) endSubscription(id)
      closed.resolve()
    }
  }
  socket.on('error', () => socket.destroy())
  void read()

  return {
    closed: closed.promise,
    call: (name, input, shell) =>
      new Promise((resolve) => {
        if (socket.destroyed) return resolve(coreGone)
        const id = nextId++
        calls.set(id, resolve)
        if (send({ id, name, input: input ?? null, shell })) return
        calls.delete(id)
        resolve(callTooLong)
      }),
    subscribe: (after, listen, onEnd) => {
      const id = nextId++
      if (socket.destroyed) {
        queueMicrotask(onEnd)
        return () => undefined
      }
      subscriptions.set(id, { listen, onEnd })
      send({ id, subscribe: after })
      return () => {
        if (subscriptions.delete(id) && !socket.destroyed) send({ id, unsubscribe: true })
      }
    },
    close: () => {
      socket.destroy()
    },
  }
}

/** Tries the addresses in order. A Unix socket in a folder that is not this account's own is not touched: it could be anyone's. */
export async function connectSocket(addresses: readonly string[]): Promise<Result<SocketClient>> {
  for (const address of addresses) {
    if (process.platform !== 'win32') {
      if (lstatSync(address, { throwIfNoEntry: false })?.isSocket() !== true) continue
      if (folderFault(dirname(address)) !== null) continue
    }
    const socket = await open(address)
    if (socket !== null) return ok(createClient(socket))
  }
  return absent
}

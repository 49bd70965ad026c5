/** A Unix stream socket that listens as systemd's journal does, and keeps the lines that it was sent. */
import { mkdirSync, rmSync } from 'node:fs'
import { createServer, type Socket } from 'node:net'
import { dirname } from 'node:path'

export interface FakeJournal {
  readonly address: string
  /** What came before the first message of each connection: seven lines. */
  readonly headers: readonly string[]
  /** Messages with their priority, as `<5>event …`. */
  readonly lines: readonly string[]
  /** Ends every connection and stops to listen; the lines stay. */
  close(): Promise<void>
}

const headerLines = 7

export async function listenAsJournal(address: string): Promise<FakeJournal> {
  const headers: string[] = []
  const lines: string[] = []
  const sockets = new Set<Socket>()
  mkdirSync(dirname(address), { recursive: true })
  rmSync(address, { force: true })
  const server = createServer((socket) => {
    sockets.add(socket)
    let rest = ''
    let isOpen = false
    socket.setEncoding('utf8')
    socket.on('error', () => socket.destroy())
    socket.on('close', () => sockets.delete(socket))
    socket.on('data', (text: string) => {
      rest += text
      if (!isOpen) {
        const parts = rest.split('\n')
        if (parts.length <= headerLines) return
        headers.push(parts.slice(0, headerLines).join('\n'))
        rest = parts.slice(headerLines).join('\n')
        isOpen = true
      }
      const parts = rest.split('\n')
      rest = parts.pop() ?? ''
      lines.push(...parts)
    })
  })
  await new Promise<void>((resolve) => server.listen(address, resolve))
  return {
    address,
    headers,
    lines,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        for (const socket of sockets) socket.destroy()
      }),
  }
}

/**
 * Sends lines to systemd's journal over its local stream socket, so that they leave this account. It never holds anything up: what
 * cannot be sent waits in a bounded queue, and what does not fit there is counted as lost.
 */
import { connect, type Socket } from 'node:net'

export const journalSocket = '/run/systemd/journal/stdout'
export const journalLimits = {
  waitingMax: 1_000,
  lineCharsMax: 2_000,
  retryMs: 30_000,
  unsentBytesMax: 256 * 1024,
  farewellMs: 500,
} as const

export interface JournalState {
  readonly isReachable: boolean
  /** Lines that were handed to the socket, wait for it, or were given up. */
  readonly sent: number
  readonly waiting: number
  readonly lost: number
}

export interface SystemJournal {
  /** `priority` is syslog's: 3 error, 4 warning, 5 notice. Never throws, never waits. */
  write(priority: number, text: string): void
  state(): JournalState
  /** Takes no more lines, and sends those that wait to a journal that takes them soon. */
  close(): Promise<void>
}

/** Identifier, unit, priority, level prefix, and forwarding to syslog, kernel log and console: a line each, before the first message. */
const header = 'holdfast\n\n5\n1\n0\n0\n0\n'
const control = /\p{Cc}+/gu

export function openSystemJournal(address = journalSocket, retryMs: number = journalLimits.retryMs): SystemJournal {
  const waiting: string[] = []
  let socket: Socket | null = null
  let isReachable = false
  let isClosed = false
  let sent = 0
  let lost = 0
  let onAllSent = () => {}

  function flush(): void {
    while (socket !== null && isReachable && waiting.length > 0 && socket.writableLength < journalLimits.unsentBytesMax) {
      socket.write(waiting.shift() ?? '')
      sent += 1
    }
    if (waiting.length === 0) onAllSent()
  }
  function dial(): void {
    if (process.platform !== 'linux') return
    const dialled = connect(address)
    socket = dialled
    dialled.unref()
    dialled.on('connect', () => {
      isReachable = true
      dialled.write(header)
      flush()
    })
    dialled.on('drain', flush)
    // The journal says nothing; reading only tells that it is gone.
    dialled.resume()
    dialled.on('error', () => dialled.destroy())
    dialled.on('close', () => {
      isReachable = false
      socket = null
      if (!isClosed) setTimeout(() => isClosed || dial(), retryMs).unref()
    })
  }
  dial()

  return {
    write: (priority, text) => {
      if (isClosed) return
      if (waiting.length >= journalLimits.waitingMax) {
        waiting.shift()
        lost += 1
      }
      waiting.push(`<${priority}>${text.replaceAll(control, ' ').slice(0, journalLimits.lineCharsMax)}\n`)
      flush()
    },
    state: () => ({ isReachable, sent, waiting: waiting.length, lost }),
    close: async () => {
      isClosed = true
      // One more try for lines that wait for a journal which may be there by now.
      if (socket === null && waiting.length > 0) dial()
      const last = socket
      if (last === null) return
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, journalLimits.farewellMs)
        last.once('close', resolve)
        onAllSent = () => last.end(resolve)
        if (isReachable) flush()
        else if (waiting.length === 0) resolve()
        last.once('close', () => clearTimeout(timer))
      })
      last.destroy()
    },
  }
}

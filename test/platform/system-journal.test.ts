import { mkdirSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, test } from 'vitest'
import { journalLimits, openSystemJournal } from '../../main/platform/system-journal.ts'
import { listenAsJournal } from '../support/fake-journal.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'
import { waitUntil } from '../support/wait-until.ts'

const folder = temporaryFolder()
let sockets = 0
const nextAddress = () => join(folder, `${++sockets}`, 'stdout')

describe('LOG-01 the system journal', () => {
  test('gets its header once, then a line for each message with its priority', async () => {
    const server = await listenAsJournal(nextAddress())
    const journal = openSystemJournal(server.address, 10)
    journal.write(5, 'head size=1')
    journal.write(4, 'event\nseq=2 \u001b[31m')
    await waitUntil(() => server.lines.length === 2, 'two lines')
    expect(server.headers).toEqual(['holdfast\n\n5\n1\n0\n0\n0'])
    expect(server.lines).toEqual(['<5>head size=1', '<4>event seq=2  [31m'])
    expect(journal.state()).toEqual({ isReachable: true, sent: 2, waiting: 0, lost: 0 })
    await journal.close()
    await server.close()
  })

  test('says that there is none, keeps what it can, and sends it when one is there', async () => {
    const address = nextAddress()
    mkdirSync(join(address, '..'), { recursive: true })
    const journal = openSystemJournal(address, 10)
    for (let n = 0; n < journalLimits.waitingMax + 5; n++) journal.write(5, `line ${n}`)
    expect(journal.state()).toEqual({ isReachable: false, sent: 0, waiting: journalLimits.waitingMax, lost: 5 })
    const server = await listenAsJournal(address)
    await waitUntil(() => server.lines.length === journalLimits.waitingMax, 'all lines that were kept')
    expect(server.lines[0]).toBe('<5>line 5')
    expect(journal.state()).toMatchObject({ isReachable: true, waiting: 0 })
    await journal.close()
    await server.close()
  })

  test('finds a journal again that went away', async () => {
    const address = nextAddress()
    const first = await listenAsJournal(address)
    const journal = openSystemJournal(address, 10)
    journal.write(5, 'before')
    await waitUntil(() => first.lines.length === 1, 'the first line')
    await first.close()
    await waitUntil(() => !journal.state().isReachable, 'that it is gone')
    journal.write(5, 'meanwhile')
    const second = await listenAsJournal(address)
    await waitUntil(() => second.lines.length === 1, 'the line that waited')
    expect(second.headers).toHaveLength(1)
    await journal.close()
    await second.close()
  })

  describe('lines that wait when it is closed', () => {
    test('are sent, and nothing that comes after', async () => {
      const server = await listenAsJournal(nextAddress())
      const journal = openSystemJournal(server.address, 10)
      await waitUntil(() => journal.state().isReachable, 'the connection')
      journal.write(5, 'last')
      await journal.close()
      journal.write(5, 'too late')
      await waitUntil(() => server.lines.length > 0, 'the last line')
      expect(server.lines).toEqual(['<5>last'])
      await server.close()
    })

    test('are sent though it was not connected yet', async () => {
      const server = await listenAsJournal(nextAddress())
      const journal = openSystemJournal(server.address, 10)
      journal.write(5, 'first and last')
      await journal.close()
      await waitUntil(() => server.lines.length > 0, 'the line')
      await server.close()
    })

    test('are sent to a journal that came after it was last tried', async () => {
      const address = nextAddress()
      const journal = openSystemJournal(address)
      journal.write(5, 'before there was a journal')
      await sleep(20)
      const server = await listenAsJournal(address)
      await journal.close()
      await waitUntil(() => server.lines.length > 0, 'the line')
      await server.close()
    })

    test('are all sent, though they are more than are handed over at once', async () => {
      const server = await listenAsJournal(nextAddress())
      const journal = openSystemJournal(server.address, 10)
      for (let n = 0; n < journalLimits.waitingMax; n++) journal.write(5, 'x'.repeat(journalLimits.lineCharsMax))
      await journal.close()
      expect(journal.state()).toMatchObject({ waiting: 0, lost: 0 })
      await waitUntil(() => server.lines.length === journalLimits.waitingMax, 'every line')
      await server.close()
    })

    test('hold nothing up where there is no journal, or one that does not read', async () => {
      const absent = openSystemJournal(nextAddress(), 10)
      absent.write(5, 'nobody hears it')
      await absent.close()
      const address = nextAddress()
      mkdirSync(join(address, '..'), { recursive: true })
      const deaf = createServer((socket) => void socket.pause())
      await new Promise<void>((resolve) => deaf.listen(address, resolve))
      const journal = openSystemJournal(address, 10)
      for (let n = 0; n < journalLimits.waitingMax; n++) journal.write(5, 'x'.repeat(journalLimits.lineCharsMax))
      const begun = performance.now()
      await journal.close()
      expect(performance.now() - begun).toBeLessThan(2 * journalLimits.farewellMs)
      expect(journal.state().waiting).toBeGreaterThan(0)
      deaf.close()
    })
  })
})

import { existsSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test, vi } from 'vitest'
import { auditLimits } from '../../../main/store/audit.ts'
import { runAuditJob } from '../../../main/store/audit-verifier.ts'
import { verifyLog, verifyTail } from '../../../main/store/audit-verify.ts'
import { readMark } from '../../../main/store/high-water.ts'
import { openReader } from '../../../main/store/open.ts'
import { openAuditLog } from '../../support/audit-log.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'
import { waitUntil } from '../../support/wait-until.ts'

const publicKey = (folder: string) => readFileSync(join(folder, 'keys', 'audit.pub'), 'utf8')

function verify(folder: string) {
  const db = openReader(join(folder, 'holdfast.db'))
  try {
    return verifyLog(db, { publicKeyPem: publicKey(folder), mark: readMark(join(folder, 'audit-high-water.json')) })
  } finally {
    db.close()
  }
}

describe('TOL-08 the log is sealed', () => {
  test('an orderly close leaves a checkpoint and a mark over everything, over many starts', async () => {
    const folder = temporaryFolder()
    for (const count of [3, 700, 0, 1_801, 1]) {
      const log = openAuditLog(folder)
      log.append(count)
      if (count > 1_000) {
        await log.audit.seal()
        log.append(5)
      }
      await log.close()
    }
    const found = verify(folder)
    expect(found).toMatchObject({ fault: null, events: 3 + 700 + 1_801 + 5 + 1, checkpoints: 5 })
    expect(readMark(join(folder, 'audit-high-water.json'))).toMatchObject({ size: found.events, root: { value: found.root } })
  })

  test('nothing is sealed twice, and the key is for this account alone', async () => {
    const folder = temporaryFolder()
    const log = openAuditLog(folder)
    log.append(10)
    expect(await log.audit.seal()).toMatchObject({ ok: true, value: { size: 10 } })
    expect(await log.audit.seal()).toEqual({ ok: true, value: null })
    expect(log.heads).toEqual([10])
    expect(() => log.db.exec('UPDATE audit_checkpoints SET tenant_id = tenant_id')).toThrow('append-only')
    expect(() => log.db.exec('DELETE FROM audit_checkpoints')).toThrow('append-only')
    await log.close()
    expect(statSync(join(folder, 'keys', 'audit.key')).mode & 0o777).toBe(0o600)
    expect(existsSync(join(folder, 'audit-high-water.json.partial'))).toBe(false)
  })

  test('a crash between commit and mark is no fault: the mark is a lower bound', async () => {
    const folder = temporaryFolder()
    const log = openAuditLog(folder)
    log.append(40)
    await log.audit.seal()
    log.append(7)
    // Never sealed, as after a kill.
    log.db.close()
    expect(verify(folder)).toMatchObject({ fault: null, events: 47, checkpoints: 1 })
    const again = openAuditLog(folder)
    again.append(2)
    await again.close()
    expect(verify(folder)).toMatchObject({ fault: null, events: 49, checkpoints: 2 })
    const db = openReader(join(folder, 'holdfast.db'))
    // What helps to find a fault covers all that was sealed, also what an earlier core wrote.
    expect(db.prepare('SELECT size, length(leaves) / 4 AS leaves FROM audit_checkpoints').all()).toEqual([
      { size: 40, leaves: 40 },
      { size: 49, leaves: 9 },
    ])
    db.close()
  })

  test('the check at a start reads the end of the log only', async () => {
    const folder = temporaryFolder()
    const log = openAuditLog(folder)
    log.append(20_000)
    await log.audit.seal()
    log.append(50)
    log.db.close()
    const db = openReader(join(folder, 'holdfast.db'))
    const options = { publicKeyPem: publicKey(folder), mark: readMark(join(folder, 'audit-high-water.json')) }
    const from = performance.now()
    expect(verifyTail(db, options)).toMatchObject({ fault: null, tree: { size: 20_050 } })
    const tailMs = performance.now() - from
    const again = performance.now()
    expect(verifyLog(db, options).fault).toBeNull()
    expect(tailMs * 5).toBeLessThan(performance.now() - again)
    db.close()
  })

  test('a long verification runs beside the core, tells how far it is, and can be cancelled', async () => {
    const folder = temporaryFolder()
    const log = openAuditLog(folder)
    log.append(6_000)
    await log.close()
    const job = { file: join(folder, 'holdfast.db'), publicKeyPem: publicKey(folder), mark: readMark(log.files.auditMark) }
    const told: number[] = []
    const done = await runAuditJob(job, { onProgress: (events) => told.push(events) })
    expect(done).toMatchObject({ ok: true, value: { verified: { fault: null, events: 6_000 } } })
    expect(told).toEqual([2_000, 4_000, 6_000])
    const stop = new AbortController()
    const running = runAuditJob(job, { signal: stop.signal })
    stop.abort()
    expect(await running).toMatchObject({ ok: false, error: { code: 'audit.cancelled' } })
  })

  test('after a thousand events, or a minute with any; the mark sooner; and nothing when nothing happened', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval', 'performance'] })
    try {
      const folder = temporaryFolder()
      const log = openAuditLog(folder)
      const size = () => log.audit.lastCheckpoint()?.size ?? 0
      const marked = () => {
        const mark = readMark(log.files.auditMark)
        return typeof mark === 'string' ? mark : mark.size
      }
      log.append(5)
      vi.advanceTimersByTime(auditLimits.markMs + auditLimits.lookMs)
      await waitUntil(() => marked() === 5, 'the mark')
      expect(size()).toBe(0)
      let looks = 0
      const looked = (condition: () => boolean) => () => {
        vi.advanceTimersByTime(auditLimits.lookMs)
        looks += 1
        return condition()
      }
      await waitUntil(
        looked(() => size() === 5),
        'the checkpoint after a minute',
      )
      expect(looks * auditLimits.lookMs).toBeGreaterThan(auditLimits.checkpointMs - auditLimits.markMs - 3 * auditLimits.lookMs)
      log.append(auditLimits.checkpointEvents)
      looks = 0
      await waitUntil(
        looked(() => size() === 1_005 && marked() === 1_005),
        'the checkpoint after a thousand events',
      )
      expect(looks * auditLimits.lookMs).toBeLessThan(auditLimits.checkpointMs)
      const before = statSync(log.files.auditMark).mtimeMs
      vi.advanceTimersByTime(auditLimits.checkpointMs * 10)
      expect(log.heads).toEqual([5, 1_005])
      await log.close()
      expect([log.heads, statSync(log.files.auditMark).mtimeMs]).toEqual([[5, 1_005], before])
    } finally {
      vi.useRealTimers()
    }
  })

  test('a long stretch is sealed in turns with everything else', async () => {
    const log = openAuditLog(temporaryFolder())
    log.append(10_000)
    let turns = 0
    let isDone = false
    const count = () => {
      turns += 1
      if (!isDone) setImmediate(count)
    }
    setImmediate(count)
    await log.audit.seal()
    isDone = true
    expect(turns).toBeGreaterThanOrEqual(10_000 / auditLimits.sliceEvents)
    await log.close()
  })
})

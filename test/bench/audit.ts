/**
 * What the seals cost and how fast a log is proven: sealing a thousand events beside appending them in one commit, the whole log
 * verified by the core’s own check and by the stand-alone verifier, and the check at a start. Ratios and microseconds a row.
 */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { exportAudit } from '../../main/store/audit-export.ts'
import { openAudit } from '../../main/store/audit-opening.ts'
import { verifyLog } from '../../main/store/audit-verify.ts'
import { readMark } from '../../main/store/high-water.ts'
import { openAuditLog } from '../support/audit-log.ts'

const sizes = { events: 200_000, eventsPerSeal: 1_000 } as const
/** A million rows within a minute; the start of a core must not feel the length of the log. */
const targets = { verifyMicrosMax: 60, startShareMax: 0.05, sealShareMax: 1 } as const

const verifier = join(import.meta.dirname, '../../scripts/audit-verifier.mjs')
const folder = mkdtempSync(join(tmpdir(), 'audit-bench-'))
try {
  const log = openAuditLog(folder)
  let appendMs = 0
  let sealMs = 0
  for (let n = 0; n < sizes.events; n += sizes.eventsPerSeal) {
    const from = performance.now()
    log.append(sizes.eventsPerSeal)
    const appended = performance.now()
    await log.audit.seal()
    appendMs += appended - from
    sealMs += performance.now() - appended
  }
  const publicKeyPem = readFileSync(join(folder, 'keys', 'audit.pub'), 'utf8')
  const mark = readMark(log.files.auditMark)
  const micros = (from: number) => ((performance.now() - from) * 1_000) / sizes.events
  let from = performance.now()
  const { fault } = verifyLog(log.db, { publicKeyPem, mark })
  const verifyMicros = micros(from)
  from = performance.now()
  const opened = openAudit(log.db, log.files, 1)
  const startMs = performance.now() - from
  const file = join(folder, 'export.jsonl')
  await exportAudit(log.db, { file, keyId: null, mark, version: '0', at: 1 })
  from = performance.now()
  const alone = spawnSync(process.execPath, [verifier, file, join(folder, 'keys', 'audit.pub')], { encoding: 'utf8' })
  const aloneMicros = micros(from)
  await log.close()

  const share = sealMs / appendMs
  const startShare = (startMs * 1_000) / (verifyMicros * sizes.events)
  console.log(
    `sealing ÷ appending ${share.toFixed(3)}; ${(sealMs / (sizes.events / sizes.eventsPerSeal)).toFixed(1)} ms for ${sizes.eventsPerSeal} events`,
  )
  console.log(
    `verified: ${verifyMicros.toFixed(1)} µs a row, a million rows in ${verifyMicros.toFixed(0)} s; alone ${aloneMicros.toFixed(1)} µs a row`,
  )
  console.log(`check at a start over ${sizes.events} events: ${startMs.toFixed(1)} ms, ${startShare.toFixed(3)} of the whole`)
  const isRight = fault === null && opened.fault === null && alone.status === 0
  const isMet = isRight && verifyMicros <= targets.verifyMicrosMax && startShare <= targets.startShareMax && share <= targets.sealShareMax
  console.log(
    `a million rows in a minute, a start at most ${targets.startShareMax} of it, sealing no dearer than appending in one commit: ${isMet ? 'met' : 'NOT met'}`,
  )
  process.exitCode = isMet ? 0 : 1
} finally {
  rmSync(folder, { recursive: true })
}

import { copyFileSync, cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import type { AuditFault } from '../../../main/domain/audit-fault.ts'
import { hashRow, isWhole } from '../../../main/domain/audit-row.ts'
import { unclassified } from '../../../main/domain/label.ts'
import { openAudit } from '../../../main/store/audit-opening.ts'
import { createAuditRows } from '../../../main/store/audit-rows.ts'
import { verifyLog } from '../../../main/store/audit-verify.ts'
import { sha256 } from '../../../main/store/event-log.ts'
import { readMark } from '../../../main/store/high-water.ts'
import { type Db, openReader, openStore } from '../../../main/store/open.ts'
import { openAuditLog } from '../../support/audit-log.ts'
import { createDice } from '../../support/dice.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'

/** Checkpoints at 40, 80 and 120, then 10 events that are not sealed yet; the mark stands at 120. */
const root = temporaryFolder()
const whole = join(root, 'whole')
let copies = 0

beforeAll(async () => {
  mkdirSync(whole)
  const log = openAuditLog(whole)
  for (let n = 0; n < 3; n++) {
    log.append(40)
    await log.audit.seal()
  }
  log.append(10)
  log.db.pragma('wal_checkpoint(TRUNCATE)')
  log.db.close()
})

function copyOf(from = whole): string {
  const folder = join(root, `copy-${++copies}`)
  cpSync(from, folder, { recursive: true })
  return folder
}

/** Changes a copy as somebody with a database tool would, triggers out of the way. */
function tampered(change: (db: Db, folder: string) => void): string {
  const folder = copyOf()
  const db = openStore(join(folder, 'holdfast.db'))
  for (const table of ['events_are_never', 'audit_checkpoints_are_never'])
    for (const what of ['changed', 'deleted']) db.exec(`DROP TRIGGER ${table}_${what}`)
  db.pragma('foreign_keys = OFF')
  change(db, folder)
  db.close()
  return folder
}

function verdict(folder: string): AuditFault | null {
  const db = openReader(join(folder, 'holdfast.db'))
  try {
    const publicKeyPem = readFileSync(join(folder, 'keys', 'audit.pub'), 'utf8')
    return verifyLog(db, { publicKeyPem, mark: readMark(join(folder, 'audit-high-water.json')) }).fault
  } finally {
    db.close()
  }
}

/** What a core that starts here finds at once. */
function atStart(folder: string): AuditFault | null {
  const db = openReader(join(folder, 'holdfast.db'))
  try {
    return openAudit(db, { keys: join(folder, 'keys'), auditMark: join(folder, 'audit-high-water.json') }, 1).fault
  } finally {
    db.close()
  }
}

/** Makes the hash of a row fit its texts again, as somebody who knows how would. */
function rehash(db: Db, seq: number): void {
  const [row] = createAuditRows(db).after(seq - 1, 1)
  if (row === undefined || !isWhole(row)) throw new Error('no such row')
  db.prepare('UPDATE events SET hash = ? WHERE seq = ?').run(hashRow(row, sha256), seq)
}

const swap = (db: Db, a: number, b: number) => {
  const move = db.prepare('UPDATE events SET seq = ? WHERE seq = ?')
  for (const [to, from] of [
    [-1, a],
    [a, b],
    [b, -1],
  ])
    move.run(to, from)
}
/** Renumbers all after `seq`, so that no gap shows. */
const shift = (db: Db, seq: number, by: 1 | -1) => {
  db.prepare('UPDATE events SET seq = -(seq + ?) WHERE seq > ?').run(by, seq)
  db.prepare('UPDATE events SET seq = -seq WHERE seq < 0').run()
}

test('TOL-08 a log that nobody touched holds', () => {
  expect(verdict(copyOf())).toBeNull()
  expect(atStart(copyOf())).toBeNull()
})

describe('TOL-08 a changed row is found and named', () => {
  test.each(['body', 'actor', 'type', 'tenant_id', 'previous', 'hash', 'stream'])('a bit of its %s', (column) => {
    const roll = createDice(20_261_120)
    for (let round = 0; round < 12; round++) {
      const seq = 1 + roll(130)
      const folder = tampered((db) => {
        const text = String(db.prepare(`SELECT ${column} FROM events WHERE seq = ?`).pluck().get(seq))
        const at = roll(text.length)
        const flipped = String.fromCharCode(text.charCodeAt(at) ^ (1 << roll(7)))
        db.prepare(`UPDATE events SET ${column} = ? WHERE seq = ?`).run(text.slice(0, at) + flipped + text.slice(at + 1), seq)
      })
      expect([round, verdict(folder)]).toEqual([round, { kind: 'changed', seq, through: null }])
      rmSync(folder, { recursive: true })
    }
  })

  test.each([
    ['its time', (db: Db) => db.exec('UPDATE events SET at_ms = at_ms + 1 WHERE seq = 77')],
    ['its version', (db: Db) => db.exec('UPDATE events SET version = version + 1000 WHERE seq = 77')],
    ['white space in its body', (db: Db) => db.exec(`UPDATE events SET body = replace(body, ',', ', ') WHERE seq = 77`)],
    ['its label', (db: Db) => db.exec(`INSERT INTO labels VALUES (99, '{}'); UPDATE events SET label_id = 99 WHERE seq = 77`)],
    ['a label that is gone', (db: Db) => db.exec('UPDATE events SET label_id = 98 WHERE seq = 77')],
  ])('%s', (_what, change) => {
    expect(verdict(tampered(change))).toEqual({ kind: 'changed', seq: 77, through: null })
  })

  test('the label that all rows share', () => {
    expect(verdict(tampered((db) => db.exec(`UPDATE labels SET json = replace(json, 'unclassified', 'secret')`)))).toMatchObject({ seq: 1 })
  })

  test.each([5, 40, 41, 77, 119, 120])('the body of event %i, with all hashes made to fit again', (seq) => {
    const folder = tampered((db) => {
      db.prepare(`UPDATE events SET actor = replace(actor, 'holdfast', 'somebody') WHERE seq = ?`).run(seq)
      rehash(db, seq)
      const stream = db.prepare('SELECT stream FROM events WHERE seq = ?').pluck().get(seq)
      const later = db.prepare<[unknown, number], { seq: number }>('SELECT seq FROM events WHERE stream = ? AND seq > ? ORDER BY seq')
      let previous = seq
      for (const row of later.all(stream, seq)) {
        db.prepare('UPDATE events SET previous = (SELECT hash FROM events WHERE seq = ?) WHERE seq = ?').run(previous, row.seq)
        rehash(db, row.seq)
        previous = row.seq
      }
    })
    expect(verdict(folder)).toEqual({ kind: 'changed', seq, through: null })
  })

  test('an unsealed row with its own hash made to fit, by what was chained to it', () => {
    const folder = tampered((db) => {
      db.exec(`UPDATE events SET at_ms = 5 WHERE seq = 122`)
      rehash(db, 122)
    })
    expect(verdict(folder)).toEqual({ kind: 'changed', seq: 122, through: 127 })
    expect(atStart(folder)).toEqual({ kind: 'changed', seq: 122, through: 127 })
  })
})

test('TOL-08 single bits of the file: every flip that changes what was recorded is found', () => {
  const roll = createDice(20_261_121)
  const file = join(copyOf(), 'holdfast.db')
  const bytes = readFileSync(file)
  const recorded = (): string | null => {
    const db = openReader(file)
    try {
      return JSON.stringify(createAuditRows(db).after(null, 1_000))
    } catch {
      return null
    } finally {
      db.close()
    }
  }
  const before = recorded()
  let changed = 0
  for (let round = 0; round < 200; round++) {
    const [at, bit] = [100 + roll(bytes.length - 100), 1 << roll(8)]
    bytes[at] = (bytes[at] ?? 0) ^ bit
    writeFileSync(file, bytes)
    let after: string | null = null
    let fault: AuditFault | null = null
    let isRefused = false
    try {
      after = recorded()
      fault = verdict(join(file, '..'))
    } catch {
      isRefused = true
    }
    if (isRefused || after !== before) {
      changed += 1
      expect([round, isRefused || fault !== null]).toEqual([round, true])
    }
    bytes[at] = (bytes[at] ?? 0) ^ bit
  }
  expect(changed).toBeGreaterThan(20)
})

describe('TOL-08 rows that are missing, put in or moved are found and named', () => {
  test.each([1, 2, 40, 41, 77, 120, 125])('event %i deleted', (seq) => {
    expect(verdict(tampered((db) => db.prepare('DELETE FROM events WHERE seq = ?').run(seq)))).toMatchObject({ kind: 'missing', seq })
  })

  test.each([1, 39, 41, 77, 118])('event %i deleted, and the later ones renumbered', (seq) => {
    const folder = tampered((db) => {
      db.prepare('DELETE FROM events WHERE seq = ?').run(seq)
      shift(db, seq, -1)
    })
    expect(verdict(folder)).toEqual({ kind: 'missing', seq, through: null })
  })

  test('an unsealed event deleted, and the later ones renumbered: between which two', () => {
    const folder = tampered((db) => {
      db.exec('DELETE FROM events WHERE seq = 123')
      shift(db, 123, -1)
    })
    expect(verdict(folder)).toEqual({ kind: 'missing', seq: 121, through: 127 })
    expect(atStart(folder)).toEqual({ kind: 'missing', seq: 121, through: 127 })
  })

  test.each([1, 39, 41, 77, 118])('an event put in after %i in a stream of its own, and the later ones renumbered', (seq) => {
    const folder = tampered((db) => {
      shift(db, seq, 1)
      db.prepare(
        `INSERT INTO events SELECT ?, 'run-new', 1, type, at_ms, tenant_id, actor, label_id, body, 'sha256:' || ?, hash FROM events WHERE seq = ?`,
      ).run(seq + 1, '0'.repeat(64), seq)
      rehash(db, seq + 1)
    })
    expect(verdict(folder)).toEqual({ kind: 'inserted', seq: seq + 1, through: null })
  })

  test('an event before the first', () => {
    const folder = tampered((db) =>
      db.exec(
        `INSERT INTO events SELECT 0, 'run-new', 1, type, at_ms, tenant_id, actor, label_id, body, previous, 'x' FROM events WHERE seq = 1`,
      ),
    )
    expect(verdict(folder)).toEqual({ kind: 'inserted', seq: 0, through: null })
  })

  test.each([
    [1, 2],
    [10, 15],
    [41, 79],
    [77, 78],
    [119, 120],
  ])('events %i and %i in each other’s place', (a, b) => {
    expect(verdict(tampered((db) => swap(db, a, b)))).toEqual({ kind: 'reordered', seq: a, through: null })
  })

  test('events that changed places across a checkpoint: the first place', () => {
    expect(verdict(tampered((db) => swap(db, 39, 43)))).toMatchObject({ seq: 39 })
  })

  test.each([1, 60, 120, 121, 129])('all from event %i on gone, checkpoints and all', (seq) => {
    const folder = tampered((db) => {
      db.prepare('DELETE FROM events WHERE seq >= ?').run(seq)
      db.prepare('DELETE FROM audit_checkpoints WHERE size >= ?').run(seq)
    })
    // What came after the mark can go unseen: it is a lower bound.
    const fault = seq > 120 ? null : { kind: 'shorter_than_mark', seq, through: null }
    expect(verdict(folder)).toEqual(fault)
    expect(atStart(folder)).toEqual(fault)
  })

  test('the end of the log gone while its checkpoints stayed', () => {
    const folder = tampered((db) => db.exec('DELETE FROM events WHERE seq >= 100'))
    expect(verdict(folder)).toEqual({ kind: 'missing', seq: 100, through: null })
    expect(atStart(folder)).toEqual({ kind: 'missing', seq: 100, through: null })
  })
})

describe('TOL-08 an older database put back is shorter than the mark', () => {
  test('the file of a while ago', async () => {
    const folder = copyOf()
    const old = join(root, 'old.db')
    copyFileSync(join(folder, 'holdfast.db'), old)
    const log = openAuditLog(folder)
    log.append(30)
    await log.close()
    copyFileSync(old, join(folder, 'holdfast.db'))
    const fault = { kind: 'shorter_than_mark', seq: 131, through: null }
    expect(verdict(folder)).toEqual(fault)
    expect(atStart(folder)).toEqual(fault)
  })

  test('also when it was written on since, up to the mark and beyond it', async () => {
    const folder = copyOf()
    const other = copyOf()
    const log = openAuditLog(folder)
    log.append(30)
    await log.close()
    const fork = openAuditLog(other)
    fork.append(1)
    fork.append(2)
    fork.log.append({
      ...{ stream: 'run-fork', expectedVersion: 0, at: 7, actor: { issuer: 'runtime', account: 'x' } },
      ...{ events: [{ type: 'tool.dispatched', stepId: `stp_${'0'.repeat(26)}`, atMs: 7 }], label: unclassified },
    })
    fork.append(40)
    await fork.close()
    copyFileSync(join(other, 'holdfast.db'), join(folder, 'holdfast.db'))
    const found = verdict(folder)
    expect(found).toMatchObject({ kind: 'changed', seq: 121, through: 160 })
  })

  test('a write-ahead log that was cut, at many places', async () => {
    const roll = createDice(7)
    const folder = join(root, 'wal')
    mkdirSync(folder)
    const log = openAuditLog(folder)
    for (let n = 0; n < 6; n++) {
      log.append(20)
      await log.audit.seal()
    }
    const killed = join(root, 'killed')
    cpSync(folder, killed, { recursive: true })
    log.db.close()
    const wal = readFileSync(join(killed, 'holdfast.db-wal'))
    let found = 0
    for (let round = 0; round < 40; round++) {
      const cut = copyOf(killed)
      rmSync(join(cut, 'holdfast.db-shm'), { force: true })
      writeFileSync(join(cut, 'holdfast.db-wal'), wal.subarray(0, roll(wal.length)))
      let fault: AuditFault | null = null
      let isRefused = false
      try {
        fault = atStart(cut)
      } catch {
        // Not even a schema is left.
        isRefused = true
      }
      if (isRefused || fault?.kind === 'shorter_than_mark' || fault?.kind === 'key_changed') found += 1
      rmSync(cut, { recursive: true })
    }
    expect(found).toBe(40)
  })
})

describe('TOL-08 checkpoints, mark and key', () => {
  const forge = (change: (json: Record<string, unknown>) => void) => (db: Db) => {
    const json = JSON.parse(String(db.prepare('SELECT json FROM audit_checkpoints WHERE size = 80').pluck().get()))
    change(json)
    db.prepare('UPDATE audit_checkpoints SET json = ? WHERE size = 80').run(JSON.stringify(json))
  }
  test.each([
    ['its time', forge((json) => void Object.assign(json, { at: 5 }))],
    ['its root', forge((json) => void Object.assign(json, { root: { alg: 'sha256', value: '0'.repeat(64) } }))],
    ['its chain', forge((json) => void Object.assign(json, { previous: 'sha256:0' }))],
    ['its signature', forge((json) => void Object.assign(json, { signature: { alg: 'ed25519', value: 'AAAA' } }))],
    ['all of it', (db: Db) => db.exec(`UPDATE audit_checkpoints SET json = 'x' WHERE size = 80`)],
    ['its size', (db: Db) => db.exec('UPDATE audit_checkpoints SET size = 81 WHERE size = 80')],
  ])('a checkpoint in which somebody changed %s', (_what, change) => {
    const fault = verdict(tampered(change))
    expect(fault?.kind).toBe('checkpoint_forged')
    expect([80, 81]).toContain(fault?.seq)
  })

  test('a checkpoint that is gone: the next one hangs in the air', () => {
    expect(verdict(tampered((db) => db.exec('DELETE FROM audit_checkpoints WHERE size = 80')))).toMatchObject({
      kind: 'checkpoint_forged',
      seq: 120,
    })
  })

  test('the last checkpoint and its right edge are looked at when a core starts', () => {
    const root = forge((json) => void Object.assign(json, { at: 5 }))
    const folder = tampered((db) => {
      db.exec('DELETE FROM audit_checkpoints WHERE size = 120')
      root(db)
    })
    expect(atStart(folder)).toMatchObject({ kind: 'checkpoint_forged', seq: 80 })
    const edge = tampered((db) => db.exec('UPDATE audit_checkpoints SET edge = zeroblob(length(edge)) WHERE size = 120'))
    expect(atStart(edge)).toMatchObject({ kind: 'checkpoint_forged', seq: 120 })
  })

  test('a mark that is gone, broken, lowered or of another key', () => {
    const gone = copyOf()
    rmSync(join(gone, 'audit-high-water.json'))
    expect([verdict(gone)?.kind, atStart(gone)?.kind]).toEqual(['mark_missing', 'mark_missing'])
    const broken = copyOf()
    writeFileSync(join(broken, 'audit-high-water.json'), '{')
    expect([verdict(broken)?.kind, atStart(broken)?.kind]).toEqual(['mark_forged', 'mark_forged'])
    const lowered = copyOf()
    const mark = JSON.parse(readFileSync(join(lowered, 'audit-high-water.json'), 'utf8'))
    writeFileSync(join(lowered, 'audit-high-water.json'), JSON.stringify({ ...mark, size: 100 }))
    expect([verdict(lowered)?.kind, atStart(lowered)?.kind]).toEqual(['mark_forged', 'mark_forged'])
  })

  test('another key, or none', async () => {
    const folder = copyOf()
    const strange = join(root, 'strange')
    mkdirSync(strange)
    const other = openAuditLog(strange)
    await other.close()
    cpSync(join(strange, 'keys'), join(folder, 'keys'), { recursive: true })
    expect([verdict(folder), atStart(folder)?.kind]).toEqual([{ kind: 'key_changed', seq: 40, through: null }, 'key_changed'])
    const none = copyOf()
    rmSync(join(none, 'keys'), { recursive: true })
    expect(atStart(none)).toMatchObject({ kind: 'key_changed', seq: 120 })
    expect(() => openAuditLog(none)).toThrow('key_changed')
    expect(existsSync(join(none, 'keys'))).toBe(false)
  })
})

/** The verifier that an auditor carries: one file, a bare Node, the public key; it must say what the product says, on good logs and bad. */
import { execFile } from 'node:child_process'
import { copyFileSync, cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { beforeAll, describe, expect, test } from 'vitest'
import { exportAudit } from '../../main/store/audit-export.ts'
import { verifyLog } from '../../main/store/audit-verify.ts'
import { readMark } from '../../main/store/high-water.ts'
import { type Db, openReader, openStore } from '../../main/store/open.ts'
import { openAuditLog } from '../support/audit-log.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

const root = temporaryFolder()
const whole = join(root, 'whole')
const script = join(root, 'audit-verifier.mjs')
let head = { size: 0, root: '' }
let copies = 0

beforeAll(async () => {
  copyFileSync(join(import.meta.dirname, '../../scripts/audit-verifier.mjs'), script)
  mkdirSync(whole)
  const log = openAuditLog(whole)
  for (let n = 0; n < 3; n++) {
    log.append(40)
    const sealed = await log.audit.seal()
    if (sealed.ok && sealed.value !== null) head = { size: sealed.value.size, root: sealed.value.root.value }
  }
  log.append(10)
  log.db.pragma('wal_checkpoint(TRUNCATE)')
  log.db.close()
})

/** Runs with an empty environment, away from the project. */
async function runVerifier(
  ...args: readonly string[]
): Promise<{ readonly code: number; readonly stdout: string; readonly stderr: string }> {
  try {
    const said = await promisify(execFile)(process.execPath, [script, ...args], { cwd: root, env: {} })
    return { code: 0, ...said }
  } catch (error) {
    // The shape that execFile rejects with.
    return error as { code: number; stdout: string; stderr: string }
  }
}

async function exported(change: (db: Db, folder: string) => void = () => undefined) {
  const folder = join(root, `copy-${++copies}`)
  cpSync(whole, folder, { recursive: true })
  const db = openStore(join(folder, 'holdfast.db'))
  for (const table of ['events_are_never', 'audit_checkpoints_are_never'])
    for (const what of ['changed', 'deleted']) db.exec(`DROP TRIGGER ${table}_${what}`)
  db.pragma('foreign_keys = OFF')
  change(db, folder)
  db.close()
  const reader = openReader(join(folder, 'holdfast.db'))
  const mark = readMark(join(folder, 'audit-high-water.json'))
  const key = join(whole, 'keys', 'audit.pub')
  const { fault } = verifyLog(reader, { publicKeyPem: readFileSync(key, 'utf8'), mark })
  const file = join(root, `export-${copies}.jsonl`)
  await exportAudit(reader, { file, keyId: 'k', mark, version: '0', at: 1 })
  reader.close()
  return { file, key, fault }
}

describe('TOL-08 the verifier that stands alone', () => {
  test('says ok with figures, and holds the log against a head from elsewhere', async () => {
    const { file, key, fault } = await exported()
    expect(fault).toBeNull()
    const said = await runVerifier(file, key, '--head', `${head.size}:${head.root}`)
    expect(said).toMatchObject({ code: 0, stdout: expect.stringMatching(/^ok: 130 events, 3 checkpoints, root [0-9a-f]{64}, key sha256:/) })
    expect((await runVerifier(file, key, '--head', `${head.size}:${'0'.repeat(64)}`)).code).toBe(1)
    expect((await runVerifier(file, key, '--head', `500:${head.root}`)).stdout).toMatch(/^bad: shorter_than_mark 131/)
  })

  const swap = (db: Db, a: number, b: number) => {
    for (const [to, from] of [
      [-1, a],
      [a, b],
      [b, -1],
    ])
      db.prepare('UPDATE events SET seq = ? WHERE seq = ?').run(to, from)
  }
  const bad: ReadonlyArray<readonly [string, (db: Db, folder: string) => void]> = [
    ['a changed body', (db) => db.exec(`UPDATE events SET body = replace(body, 'stp_', 'stq_') WHERE seq = 50`)],
    ['white space in a body', (db) => db.exec(`UPDATE events SET body = replace(body, ',', ', ') WHERE seq = 50`)],
    ['a changed kind', (db) => db.exec(`UPDATE events SET type = 'tool.failed' WHERE seq = 129`)],
    ['a changed label', (db) => db.exec(`UPDATE labels SET json = replace(json, 'unclassified', 'secret')`)],
    ['a changed hash', (db) => db.exec(`UPDATE events SET hash = replace(hash, 'a', 'b') WHERE seq = 40`)],
    ['a text where a time was', (db) => db.exec('UPDATE events SET label_id = 98 WHERE seq = 3')],
    ['a deleted row', (db) => db.exec('DELETE FROM events WHERE seq = 60')],
    ['a deleted row that is not sealed', (db) => db.exec('DELETE FROM events WHERE seq = 125')],
    ['moved rows', (db) => swap(db, 44, 63)],
    [
      'a row put in before the first',
      (db) =>
        db.exec(
          `INSERT INTO events SELECT 0, 'x', 1, type, at_ms, tenant_id, actor, label_id, body, previous, 'x' FROM events WHERE seq = 1`,
        ),
    ],
    ['a cut end', (db) => db.exec('DELETE FROM events WHERE seq >= 100; DELETE FROM audit_checkpoints WHERE size >= 100')],
    ['a cut end with its checkpoints', (db) => db.exec('DELETE FROM events WHERE seq >= 100')],
    ['a forged checkpoint', (db) => db.exec(`UPDATE audit_checkpoints SET json = replace(json, '"size":80', '"size":81') WHERE size = 80`)],
    ['a checkpoint that is none', (db) => db.exec(`UPDATE audit_checkpoints SET json = '[' WHERE size = 80`)],
    ['a removed checkpoint', (db) => db.exec('DELETE FROM audit_checkpoints WHERE size = 40')],
    ['a mark that is gone', (_db, folder) => rmSync(join(folder, 'audit-high-water.json'))],
    ['a mark that is none', (_db, folder) => writeFileSync(join(folder, 'audit-high-water.json'), '[]')],
  ]
  test('says of each broken log what the product says of it', async () => {
    const verdicts = await Promise.all(
      bad.map(async ([what, change]) => {
        const { file, key, fault } = await exported(change)
        const { code, stdout } = await runVerifier(file, key)
        return { what, code, said: stdout.split('\n')[0], fault }
      }),
    )
    for (const { what, code, said, fault } of verdicts) {
      expect([what, code, said]).toEqual([what, 1, `bad: ${fault?.kind} ${fault?.seq}`])
    }
    expect(new Set(verdicts.map(({ fault }) => fault?.kind)).size).toBeGreaterThanOrEqual(7)
  })

  test('finds what was done to the file itself, and another key', async () => {
    const { file, key } = await exported()
    const lines = readFileSync(file, 'utf8').split('\n')
    const cut = join(root, 'cut.jsonl')
    writeFileSync(cut, lines.slice(0, -4).join('\n').slice(0, -30))
    expect((await runVerifier(cut, key)).stdout).toMatch(/^bad: missing 12[67]\n/)
    const strange = join(root, 'strange')
    mkdirSync(strange)
    await openAuditLog(strange).close()
    expect((await runVerifier(file, join(strange, 'keys', 'audit.pub'))).stdout).toMatch(/^bad: key_changed 40\n/)
  })

  test('ends with 2 where it cannot begin', async () => {
    const { file, key } = await exported()
    const other = join(root, 'other.txt')
    writeFileSync(other, 'hello\n')
    for (const args of [[], [file], [other, key], [join(root, 'absent'), key], [file, other], [file, key, '--head', 'x']])
      expect([args, (await runVerifier(...args)).code]).toEqual([args, 2])
  })

  test('imports nothing but Node’s own modules', () => {
    const imports = readFileSync(script, 'utf8').matchAll(/^import .* from '(.*)'$/gm)
    for (const [, from] of imports) expect(from).toMatch(/^node:/)
  })
})

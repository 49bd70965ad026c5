import { createHash } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  type Checkpoint,
  type HighWaterMark,
  hashAuditLeaf,
  hashCheckpoint,
  leafBytesKept,
  shortLeaf,
  type Unsigned,
} from '../../../main/domain/audit-chain.ts'
import { type CheckpointRow, createAuditCheck } from '../../../main/domain/audit-check.ts'
import { explainFault } from '../../../main/domain/audit-fault.ts'
import { hashRow, type WholeRow } from '../../../main/domain/audit-row.ts'
import { addLeaf, emptyTree, type HashBytes, packEdge, rootOf, toHex } from '../../../main/domain/merkle.ts'
import { chainStart } from '../../../main/domain/recorded-event.ts'

const hash: HashBytes = (data) => createHash('sha256').update(data).digest()
const sha256 = (data: Uint8Array | string) => toHex(hash(data))
const keyId = 'key'
const signature = { alg: 'ed25519', value: '' } as const
const isSigned = () => true

type Rows = readonly WholeRow[]

/** Every hash and every link as an honest writer makes them, from what the rows say. */
function chained(rows: Rows): Rows {
  const heads = new Map<string, { version: number; hash: string }>()
  return rows.map((row) => {
    const head = heads.get(row.stream) ?? { version: 0, hash: chainStart }
    const linked = { ...row, version: head.version + 1, previous: head.hash }
    const whole = { ...linked, hash: hashRow(linked, sha256) }
    heads.set(row.stream, { version: whole.version, hash: whole.hash })
    return whole
  })
}
const row = (seq: number, stream: string, body: string): WholeRow => ({
  ...{ seq, stream, version: 0, type: 'x', at: seq, tenant: 't', actor: '{}', label: '{}', previous: '', hash: '' },
  body: JSON.stringify({ text: body, type: 'x' }),
})

/** Sealed after each of `sizes`, the last one over everything. */
function sealed(rows: Rows, sizes: readonly number[]): { readonly checkpoints: readonly CheckpointRow[]; readonly mark: HighWaterMark } {
  const checkpoints: CheckpointRow[] = []
  let tree = emptyTree
  let leaves: Uint8Array[] = []
  let previous = chainStart
  for (const { seq, hash: own } of rows) {
    const leaf = hashAuditLeaf(seq, own, hash)
    tree = addLeaf(tree, leaf, hash)
    leaves.push(shortLeaf(leaf))
    if (!sizes.includes(seq)) continue
    const unsigned: Unsigned<Checkpoint> = { size: seq, root: { alg: 'sha256', value: toHex(rootOf(tree, hash)) }, at: 1, previous, keyId }
    const checkpoint = { ...unsigned, signature }
    const packed = new Uint8Array(leaves.length * leafBytesKept)
    for (const [index, short] of leaves.entries()) packed.set(short, index * leafBytesKept)
    checkpoints.push({ size: seq, stored: { checkpoint, edge: packEdge(tree), leaves: packed } })
    previous = hashCheckpoint(checkpoint, sha256)
    leaves = []
  }
  const root = { alg: 'sha256', value: toHex(rootOf(tree, hash)) } as const
  return { checkpoints, mark: { size: tree.size, root, at: 1, keyId, restoredFrom: null, signature } }
}

function verdict(rows: Rows, seals: ReturnType<typeof sealed>) {
  const check = createAuditCheck({ ...seals, keyId, isSigned, hash, sha256 })
  for (const one of rows) if (!check.add(one)) break
  return check.finish()
}

/** The first number at which two logs differ; null when they are the same. */
function firstDifference(before: Rows, after: Rows): number | null {
  const text = (rows: Rows) => new Map(rows.map((one) => [one.seq, JSON.stringify(one)]))
  const [a, b] = [text(before), text(after)]
  const all = [...new Set([...a.keys(), ...b.keys()])].sort((x, y) => x - y)
  return all.find((seq) => a.get(seq) !== b.get(seq)) ?? null
}

const numbered = (rows: Rows): Rows => rows.map((one, index) => ({ ...one, seq: index + 1 }))

/** What somebody may do who has the database and no key, and computes every hash again or does not. */
const tamperings: ReadonlyArray<readonly [string, (rows: Rows, a: number, b: number) => Rows]> = [
  ['changes a row', (rows, a) => rows.map((one, i) => (i === a ? { ...one, at: one.at + 1 } : one))],
  ['changes a row, and makes all hashes fit', (rows, a) => chained(rows.map((one, i) => (i === a ? { ...one, at: one.at + 1 } : one)))],
  ['deletes a row', (rows, a) => rows.filter((_, i) => i !== a)],
  ['deletes a row and renumbers', (rows, a) => numbered(rows.filter((_, i) => i !== a))],
  ['deletes a row, renumbers and makes all hashes fit', (rows, a) => chained(numbered(rows.filter((_, i) => i !== a)))],
  ['puts a row in', (rows, a) => chained(numbered([...rows.slice(0, a), row(0, 's9', 'new'), ...rows.slice(a)]))],
  ['puts a row in without links', (rows, a) => numbered([...rows.slice(0, a), row(0, 's9', 'new'), ...rows.slice(a)])],
  [
    'lets two rows change places',
    (rows, a, b) => numbered(rows.map((one, i) => (i === a ? (rows[b] ?? one) : i === b ? (rows[a] ?? one) : one))),
  ],
  [
    'lets two rows change places and makes all hashes fit',
    (rows, a, b) => chained(numbered(rows.map((one, i) => (i === a ? (rows[b] ?? one) : i === b ? (rows[a] ?? one) : one)))),
  ],
  ['cuts the end off', (rows, a) => rows.slice(0, a)],
]

describe('TOL-08 whatever is done to a sealed log, the first bad number is named', () => {
  test.each(tamperings)('somebody %s', (_what, tamper) => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom('s1', 's2', 's3'), { minLength: 2, maxLength: 40 }),
        fc.array(fc.nat({ max: 39 }), { maxLength: 4 }),
        fc.nat(),
        fc.nat(),
        (streams, cuts, x, y) => {
          const rows = chained(streams.map((stream, i) => row(i + 1, stream, `event ${i}`)))
          const seals = sealed(rows, [...cuts.map((cut) => (cut % rows.length) + 1), rows.length])
          expect(verdict(rows, seals)).toBeNull()
          const [a, b] = [x % rows.length, y % rows.length]
          const after = tamper(rows, Math.min(a, b), Math.max(a, b))
          const difference = firstDifference(rows, after)
          const found = verdict(after, seals)
          expect(found?.seq ?? null).toBe(difference)
          if (found !== null) expect(explainFault(found)).toContain(String(found.seq))
        },
      ),
      { numRuns: 300 },
    )
  })

  test('an end that is gone with its checkpoints is missed by the mark', () => {
    const rows = chained(Array.from({ length: 30 }, (_, i) => row(i + 1, `s${i % 3}`, `event ${i}`)))
    const seals = sealed(rows, [10, 20, 30])
    for (let kept = 0; kept < 30; kept++) {
      const checkpoints = seals.checkpoints.filter(({ size }) => size <= kept)
      expect(verdict(rows.slice(0, kept), { ...seals, checkpoints })).toEqual({ kind: 'shorter_than_mark', seq: kept + 1, through: null })
    }
  })
})

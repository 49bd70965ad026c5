import { createHash } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { hashAuditLeaf } from '../../../main/domain/audit-chain.ts'
import { addLeaf, emptyTree, type HashBytes, hashLeaf, packEdge, rootOf, toHex, unpackEdge } from '../../../main/domain/merkle.ts'

const hash: HashBytes = (data) => createHash('sha256').update(data).digest()

/** The definition of RFC 6962, section 2.1, word for word. */
function naiveRoot(leaves: readonly string[]): Uint8Array {
  const [only] = leaves
  if (only === undefined) return hash('')
  if (leaves.length === 1) return hash(Buffer.concat([Buffer.from([0]), Buffer.from(only)]))
  let k = 1
  while (k * 2 < leaves.length) k *= 2
  return hash(Buffer.concat([Buffer.from([1]), naiveRoot(leaves.slice(0, k)), naiveRoot(leaves.slice(k))]))
}
const grow = (leaves: readonly string[], from = emptyTree) => leaves.reduce((tree, leaf) => addLeaf(tree, hashLeaf(leaf, hash), hash), from)

describe('TOL-08 the tree over the log', () => {
  test('has the root of RFC 6962 for any leaves', () => {
    fc.assert(
      fc.property(fc.array(fc.string(), { maxLength: 80 }), (leaves) => {
        expect(toHex(rootOf(grow(leaves), hash))).toBe(toHex(naiveRoot(leaves)))
      }),
    )
  })

  test('goes on from its stored right edge as if it had never stopped', () => {
    fc.assert(
      fc.property(fc.array(fc.string(), { maxLength: 60 }), fc.array(fc.string(), { maxLength: 60 }), (first, more) => {
        const tree = grow(first)
        const reopened = unpackEdge(tree.size, packEdge(tree))
        expect(reopened).not.toBeNull()
        if (reopened === null) return
        expect(toHex(rootOf(grow(more, reopened), hash))).toBe(toHex(naiveRoot([...first, ...more])))
      }),
    )
  })

  test('costs only the new leaves and as many nodes', () => {
    const tree = grow(Array.from({ length: 10_000 }, (_, n) => `${n}`))
    let hashes = 0
    const counted: HashBytes = (data) => {
      hashes += 1
      return hash(data)
    }
    let grown = tree
    for (let n = 0; n < 100; n++) grown = addLeaf(grown, hashLeaf(`more ${n}`, counted), counted)
    rootOf(grown, counted)
    expect(hashes).toBeLessThan(100 * 2 + 20)
  })

  test('a leaf is bound to its place', () => {
    expect(toHex(hashAuditLeaf(1, 'sha256:a', hash))).not.toBe(toHex(hashAuditLeaf(2, 'sha256:a', hash)))
  })

  test('refuses an edge that no tree of that size has', () => {
    expect(unpackEdge(3, new Uint8Array(32))).toBeNull()
    expect(unpackEdge(3, new Uint8Array(64))).not.toBeNull()
  })
})

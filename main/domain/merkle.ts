/**
 * The Merkle tree of RFC 6962, grown leaf by leaf: only the roots of the full subtrees at its right edge are kept, so that a root over
 * a few more leaves costs those leaves alone.
 */

/** SHA-256 over raw bytes or UTF-8 text. */
export type HashBytes = (data: Uint8Array | string) => Uint8Array

/** The full subtrees of a tree of `size` leaves, largest first: one for each bit that is set in `size`. */
export interface RightEdge {
  readonly size: number
  readonly subtrees: readonly Uint8Array[]
}

export const emptyTree: RightEdge = { size: 0, subtrees: [] }

const nodePrefix = 1
const leafPrefix = '\u0000'
const hashBytes = 32

/** SHA-256(0x00 ‖ text). */
export const hashLeaf = (text: string, hash: HashBytes): Uint8Array => hash(leafPrefix + text)

/** SHA-256(0x01 ‖ left ‖ right). */
export function hashNode(left: Uint8Array, right: Uint8Array, hash: HashBytes): Uint8Array {
  const joined = new Uint8Array(1 + left.length + right.length)
  joined[0] = nodePrefix
  joined.set(left, 1)
  joined.set(right, 1 + left.length)
  return hash(joined)
}

/** The tree with one more leaf, given by its leaf hash. */
export function addLeaf(tree: RightEdge, leaf: Uint8Array, hash: HashBytes): RightEdge {
  const subtrees = [...tree.subtrees]
  let grown = leaf
  for (let rest = tree.size; rest % 2 === 1; rest = Math.floor(rest / 2)) {
    const left = subtrees.pop()
    if (left === undefined) throw new Error('a tree has a subtree for each bit of its size')
    grown = hashNode(left, grown, hash)
  }
  subtrees.push(grown)
  return { size: tree.size + 1, subtrees }
}

/** The root over all leaves; that of no leaves is the hash of nothing. */
export function rootOf(tree: RightEdge, hash: HashBytes): Uint8Array {
  const [last, ...larger] = tree.subtrees.toReversed()
  return last === undefined ? hash('') : larger.reduce((root, left) => hashNode(left, root, hash), last)
}

export const toHex = (bytes: Uint8Array): string => Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')

const onesIn = (size: number): number => size.toString(2).replaceAll('0', '').length

/** The right edge in one row of bytes, as it is stored with a checkpoint. */
export function packEdge({ subtrees }: RightEdge): Uint8Array {
  const bytes = new Uint8Array(subtrees.length * hashBytes)
  for (const [index, subtree] of subtrees.entries()) bytes.set(subtree, index * hashBytes)
  return bytes
}

/** Null when the bytes cannot be the edge of a tree of that size. */
export function unpackEdge(size: number, bytes: Uint8Array): RightEdge | null {
  if (bytes.length !== onesIn(size) * hashBytes) return null
  const subtrees = Array.from({ length: onesIn(size) }, (_, index) => bytes.slice(index * hashBytes, (index + 1) * hashBytes))
  return { size, subtrees }
}

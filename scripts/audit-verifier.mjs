#!/usr/bin/env node
/**
 * Proves an exported audit log with nothing but Node (18 or newer) and the station's public key: no package, no network, no other file.
 *
 *   node audit-verifier.mjs EXPORT.jsonl PUBLIC-KEY.pem [--head SIZE:ROOT]...
 *
 * `--head` holds the log against a head from elsewhere, such as the system journal or a printed one. Prints "ok" with figures and ends
 * with 0; or says what is wrong and the first bad sequence number, and ends with 1; or ends with 2 when it cannot begin.
 */
import { createHash, createPublicKey, verify } from 'node:crypto'
import { createReadStream, readFileSync } from 'node:fs'
import { createInterface } from 'node:readline'

const format = 1
const chainStart = `sha256:${'0'.repeat(64)}`
const leafBytes = 4

const sha256 = (...parts) => {
  const hash = createHash('sha256')
  for (const part of parts) hash.update(part)
  return hash.digest()
}
const hashText = (text) => `sha256:${sha256(text).toString('hex')}`

/** JSON with sorted keys and no white space. */
function canonical(value) {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  const keys = Object.keys(value).sort((a, b) => (a < b ? -1 : 1))
  return `{${keys.map((key) => `${JSON.stringify(key)}:${canonical(value[key])}`).join(',')}}`
}

// The tree of RFC 6962: leaves under 0x00, nodes under 0x01.
const leafOf = (seq, eventHash) => sha256(Buffer.from([0]), `${seq} ${eventHash}`)
const nodeOf = (left, right) => sha256(Buffer.from([1]), left, right)

function createTree() {
  const subtrees = []
  let size = 0
  return {
    size: () => size,
    add(leaf) {
      let grown = leaf
      for (let rest = size; rest % 2 === 1; rest = Math.floor(rest / 2)) grown = nodeOf(subtrees.pop(), grown)
      subtrees.push(grown)
      size += 1
    },
    root() {
      if (size === 0) return sha256('').toString('hex')
      return subtrees.reduceRight((root, left) => (root === null ? left : nodeOf(left, root)), null).toString('hex')
    },
  }
}

const fault = (kind, seq, through = null) => ({ kind, seq, through })

/** Whether every part of a row has its type. */
const isWhole = (row) =>
  ['stream', 'type', 'tenant', 'actor', 'label', 'body', 'previous', 'hash'].every((name) => typeof row[name] === 'string') &&
  ['version', 'at'].every((name) => Number.isSafeInteger(row[name]))

function hashRow({ actor, at, body, label, previous, stream, tenant, version }) {
  const text = JSON.stringify
  return hashText(
    `\u0000{"actor":${actor},"at":${at},"event":${body},"label":${label},"previous":${text(previous)},"stream":${text(stream)},"tenant":${text(tenant)},"version":${version}}`,
  )
}

function typeIn(body) {
  try {
    return JSON.parse(body)?.type
  } catch {
    return undefined
  }
}

/** Which row of a sealed stretch is wrong, by the first bytes of the leaves that its checkpoint brought. */
function locate(from, to, leaves, rows) {
  if (leaves.length !== (to - from + 1) * leafBytes) return null
  const fits = (seq, eventHash) => {
    if (typeof eventHash !== 'string' || seq < from || seq > to) return false
    const at = (seq - from) * leafBytes
    return leafOf(seq, eventHash)
      .subarray(0, leafBytes)
      .equals(leaves.subarray(at, at + leafBytes))
  }
  const found = new Map(rows.map((row) => [row.seq, row.hash]))
  for (let seq = from; seq <= to; seq++) {
    if (!found.has(seq)) return fault('missing', seq)
    const eventHash = found.get(seq)
    if (fits(seq, eventHash)) continue
    const isElsewhere = rows.some((row) => row.seq !== seq && fits(seq, row.hash))
    const belongs = rows.some((row) => fits(row.seq, eventHash))
    if (isElsewhere) return fault(belongs ? 'reordered' : 'inserted', seq)
    return fault(belongs ? 'missing' : 'changed', seq)
  }
  return null
}

/** Takes the lines of an export in their order; says what is wrong first. */
function createVerifier(publicKeyPem, heads) {
  const key = createPublicKey(publicKeyPem)
  const keyId = hashText(key.export({ type: 'spki', format: 'der' }))
  const checkpoints = []
  const streams = new Map()
  const tree = createTree()
  let mark = 'absent'
  let lastSeq = 0
  let met = 0
  let sealedTo = 0
  let stretch = []
  let suspected = null
  let isDecided = false
  let previousCheckpoint = chainStart

  const isOurs = (kind, { signature, ...unsigned }) =>
    unsigned.keyId === keyId &&
    signature?.alg === 'ed25519' &&
    verify(null, Buffer.from(`holdfast ${kind} 1\n${canonical(unsigned)}`), key, Buffer.from(String(signature.value), 'base64'))
  const isMark = () => typeof mark === 'object' && mark !== null
  const suspect = (found) => {
    suspected ??= found
  }

  function addCheckpoint({ size, checkpoint, leaves }) {
    let wrong = null
    if (checkpoint !== null && checkpoint.keyId !== keyId) wrong = fault('key_changed', size)
    else if (checkpoint?.size !== size || checkpoint.previous !== previousCheckpoint || !isOurs('checkpoint', checkpoint))
      wrong = fault('checkpoint_forged', size)
    if (checkpoint !== null) previousCheckpoint = hashText(canonical(checkpoint))
    checkpoints.push({ size, root: checkpoint?.root?.value, leaves: Buffer.from(String(leaves), 'base64'), wrong })
  }

  function faultOf(row) {
    if (!isWhole(row) || hashRow(row) !== row.hash || typeIn(row.body) !== row.type) return fault('changed', row.seq)
    const head = streams.get(row.stream)
    const version = (head?.version ?? 0) + 1
    if (row.version > version) return fault('missing', Math.max(head?.seq ?? 0, sealedTo) + 1, row.seq)
    if (row.version < version) return fault('reordered', row.seq)
    if (row.previous !== (head?.hash ?? chainStart)) {
      const isHeadProven = head === undefined || head.seq <= sealedTo
      return isHeadProven ? fault('changed', row.seq) : fault('changed', head.seq, row.seq)
    }
    streams.set(row.stream, { seq: row.seq, version, hash: row.hash })
    return null
  }

  function meet() {
    const size = tree.size()
    const since = Math.min(sealedTo + 1, size)
    if (isMark() && mark.size === size && isOurs('mark', mark) && tree.root() !== mark.root?.value) suspect(fault('changed', since, size))
    for (const head of heads) if (head.size === size && head.root !== tree.root()) suspect(fault('changed', since, size))
    const checkpoint = checkpoints[met]
    if (checkpoint?.size !== size) return
    if (checkpoint.wrong !== null) suspect(checkpoint.wrong)
    else if (tree.root() !== checkpoint.root) suspect(fault('changed', since, size))
    if (suspected !== null) return
    met += 1
    sealedTo = size
    stretch = []
  }

  function addEvent(row) {
    if (isDecided) return
    const sealed = checkpoints[met]
    if (sealed !== undefined) stretch.push({ seq: row.seq, hash: row.hash })
    if (suspected === null) {
      const expected = tree.size() + 1
      if (row.seq !== expected) suspect(row.seq > expected ? fault('missing', expected) : fault('inserted', row.seq))
      else {
        const wrong = faultOf(row)
        if (wrong !== null) suspect(wrong)
        else {
          tree.add(leafOf(row.seq, row.hash))
          meet()
        }
      }
    }
    isDecided = suspected !== null && (sealed === undefined || row.seq > sealed.size)
  }

  function firstFault() {
    const end = tree.size()
    const sealed = checkpoints[met]
    if (sealed !== undefined) {
      suspect(fault('missing', end + 1))
      const located = sealed.wrong === null ? locate(sealedTo + 1, sealed.size, sealed.leaves, stretch) : null
      return located !== null && located.seq <= (suspected.through ?? suspected.seq) ? located : suspected
    }
    if (suspected !== null) return suspected
    if (end < lastSeq) return fault('missing', end + 1)
    if (mark === 'absent') return fault('mark_missing', end + 1)
    if (!isMark()) return fault('mark_forged', end + 1)
    if (!isOurs('mark', mark)) return fault(mark.keyId === keyId ? 'mark_forged' : 'key_changed', mark.size)
    const longest = Math.max(mark.size, ...heads.map(({ size }) => size))
    return end < longest ? fault('shorter_than_mark', end + 1) : null
  }

  return {
    addHeader: (header) => {
      lastSeq = header.lastSeq
    },
    addMark: (line) => {
      mark = line.mark
    },
    addCheckpoint,
    addEvent,
    result: () => ({ fault: firstFault(), events: tree.size(), checkpoints: checkpoints.length, root: tree.root(), keyId }),
  }
}

class CannotBegin extends Error {}

async function verifyExport(file, publicKeyPem, heads) {
  const verifier = createVerifier(publicKeyPem, heads)
  let line = 0
  for await (const text of createInterface({ input: createReadStream(file), crlfDelay: Number.POSITIVE_INFINITY })) {
    line += 1
    let value
    try {
      value = JSON.parse(text)
    } catch {
      // A line cut short is a row that is missing; before the first row there is nothing to go by.
      if (line === 1) throw new CannotBegin('this is no exported audit log')
      break
    }
    if (line === 1 && (value?.kind !== 'header' || value.product !== 'holdfast')) throw new CannotBegin('this is no exported audit log')
    if (line === 1 && value.format !== format) throw new CannotBegin(`this verifier reads format ${format}, not ${value.format}`)
    if (value?.kind === 'header') verifier.addHeader(value)
    else if (value?.kind === 'mark') verifier.addMark(value)
    else if (value?.kind === 'checkpoint') verifier.addCheckpoint(value)
    else if (value?.kind === 'event') verifier.addEvent(value)
    else throw new CannotBegin(`line ${line} is of no kind that this verifier knows`)
  }
  if (line === 0) throw new CannotBegin('the file is empty')
  return verifier.result()
}

function parseArguments(args) {
  const heads = []
  const files = []
  for (let at = 0; at < args.length; at++) {
    if (args[at] !== '--head') {
      files.push(args[at])
      continue
    }
    const [, size, root] = /^(\d+):([0-9a-f]{64})$/.exec(args[++at] ?? '') ?? []
    if (root === undefined) throw new CannotBegin('a head is SIZE:ROOT, the root in 64 hexadecimal digits')
    heads.push({ size: Number(size), root })
  }
  if (files.length !== 2) throw new CannotBegin('usage: node audit-verifier.mjs EXPORT.jsonl PUBLIC-KEY.pem [--head SIZE:ROOT]...')
  return { file: files[0], keyFile: files[1], heads }
}

const says = {
  changed: 'is not what was recorded',
  missing: 'is missing',
  inserted: 'was put in later',
  reordered: 'stands in another event’s place',
  shorter_than_mark: 'and what follows are gone: the log is shorter than its mark or a head says',
  checkpoint_forged: 'has a checkpoint that this key did not sign, or that does not follow the one before',
  mark_forged: 'is where the high-water mark should be proven, but this key did not sign it',
  mark_missing: 'is where the high-water mark should stand, but there is none',
  key_changed: 'was sealed with another key',
}

try {
  const { file, keyFile, heads } = parseArguments(process.argv.slice(2))
  const { fault: found, events, checkpoints, root, keyId } = await verifyExport(file, readFileSync(keyFile, 'utf8'), heads)
  if (found === null) {
    process.stdout.write(`ok: ${events} events, ${checkpoints} checkpoints, root ${root}, key ${keyId}\n`)
  } else {
    const where =
      found.through === null || found.through === found.seq ? `${found.seq}` : `${found.seq} (or a later one up to ${found.through})`
    process.stdout.write(`bad: ${found.kind} ${found.seq}\nEvent ${where} ${says[found.kind]}.\n`)
    process.exitCode = 1
  }
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`)
  process.exitCode = 2
}

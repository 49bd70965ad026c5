/** A run as a file: in pieces, with large texts, without purged ones, and never half. */
import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { unclassified } from '../../main/domain/label.ts'
import { ok, type Result } from '../../main/domain/result.ts'
import { defaultTenant } from '../../main/domain/tenant.ts'
import { sha256 } from '../../main/store/event-log.ts'
import { checkFile, createExporter, type ExportPiece, pieceCharsMax } from '../../main/store/run-files.ts'
import { parseRecorded } from '../support/recorded-runs.ts'
import { openRunStore } from '../support/run-store.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

const folder = temporaryFolder()
let count = 0

/** An ended run that left this text, and its export piece by piece. */
async function leaving(text: string) {
  const home = join(folder, String(count++))
  const core = openRunStore(home, { agents: { test: async () => ok({ text, label: unclassified }) } })
  afterAll(core.stop)
  const runId = core.start()
  await core.settle(runId)
  const exporter = createExporter(core.db)
  const request = { runId, tenant: defaultTenant, blobs: core.blobs, engine: { holdfast: '0', inference: 'none' } }
  const check = (file: string) => {
    const path = join(home, 'run.json')
    writeFileSync(path, file)
    return checkFile({ path, tenant: defaultTenant, ceiling: unclassified })
  }
  return { ...core, runId, check, piece: (offset: number): Result<ExportPiece> => exporter(request, offset) }
}

function wholeOf(piece: (offset: number) => Result<ExportPiece>) {
  const pieces: ExportPiece[] = []
  for (let offset = 0; ; ) {
    const next = piece(offset)
    if (!next.ok) throw new Error(next.error.code)
    pieces.push(next.value)
    offset += next.value.text.length
    if (offset >= next.value.chars) return { pieces, text: pieces.map(({ text }) => text).join('') }
  }
}

test.each([0, 1])('a long run comes in pieces that are whole characters, and together they are what the hash says (%i)', async (shift) => {
  const said = `${'x'.repeat(shift)}${'🙂'.repeat(1_200_000)}`
  const core = await leaving(said)
  const { pieces, text } = wholeOf(core.piece)
  expect(pieces.length).toBeGreaterThan(2)
  for (const piece of pieces) {
    expect(piece.text.length).toBeLessThanOrEqual(pieceCharsMax)
    expect(piece.text.isWellFormed()).toBe(true)
    expect([piece.chars, piece.sizeBytes, piece.sha256]).toEqual([text.length, Buffer.byteLength(text), sha256(text)])
  }
  const checked = core.check(text)
  expect(checked.ok && checked.value.file.bodies.at(-1)?.text === said).toBe(true)
})

test('the pieces of an export are of one state, whatever happens meanwhile', async () => {
  const core = await leaving('x'.repeat(1_500_000))
  const first = core.piece(0)
  if (!first.ok) throw new Error(first.error.code)
  core.send(core.runId, 'operator', { type: 'run.import', file: { alg: 'sha256', value: '0'.repeat(64) } })
  const second = core.piece(first.value.text.length)
  if (!second.ok) throw new Error(second.error.code)
  expect(sha256(`${first.value.text}${second.value.text}`)).toBe(first.value.sha256)
})

test('a purged text is named as purged, and the rest still proves itself', async () => {
  const core = await leaving('nightjar')
  const { result } = core.runs.get(core.runId) ?? {}
  core.db.prepare('DELETE FROM bodies WHERE id = ?').run(result)
  const { text } = wholeOf(core.piece)
  expect(text).not.toContain('nightjar')
  expect(parseRecorded(text).purged).toEqual([result])
  expect(core.check(text).ok).toBe(true)
})

test('a text that is damaged on the disk is no purged one: nothing is exported', async () => {
  const core = await leaving('x'.repeat(1_000_000))
  rmSync(core.blobs, { recursive: true })
  const piece = core.piece(0)
  expect(piece.ok ? null : piece.error.code).toBe('body.damaged')
})

test('a run larger than one file may be is not exported', async () => {
  const core = await leaving('x'.repeat(65 * 1024 * 1024))
  const piece = core.piece(0)
  expect(piece.ok ? null : piece.error.code).toBe('runfile.too_large')
})

/** Kept files: they stay as long as a row or the one who kept them needs them, and no longer. */
import { randomBytes } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { open } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { unclassified } from '../../main/domain/label.ts'
import { systemClock } from '../../main/platform/clock.ts'
import { createNewId } from '../../main/platform/ids.ts'
import { createBodies } from '../../main/store/bodies.ts'
import { createLabels } from '../../main/store/labels.ts'
import { openStore } from '../../main/store/open.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

const folder = temporaryFolder()
const blobs = join(folder, 'blobs')
mkdirSync(blobs)
const db = openStore(join(folder, 'holdfast.db'))
const bodies = createBodies(db, createLabels(db), blobs, createNewId(systemClock, randomBytes), 'station')

async function keep(text: string): Promise<string> {
  const path = join(folder, 'source')
  writeFileSync(path, text)
  await using source = await open(path, 'r')
  return (await bodies.keepFile(source)).digest
}

test('STO-02 a file that is being worked on survives the removal of another document with the same bytes', async () => {
  const digest = await keep('the same bytes')
  bodies.dropFileIfUnused(digest)
  expect(readFileSync(bodies.pathOf(digest), 'utf8')).toBe('the same bytes')
  bodies.releaseFile(digest)
  expect(existsSync(bodies.pathOf(digest))).toBe(false)
})

test('STO-02 a text of a megabyte comes back whole, and the file is gone with its last need', () => {
  const text = 'a'.repeat(1024 * 1024)
  const reference = bodies.put(text, unclassified)
  expect(bodies.read(reference.body)).toBe(text)
  expect(bodies.matches(reference)).toBe(true)
})

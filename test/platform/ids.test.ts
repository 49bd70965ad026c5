import { randomBytes } from 'node:crypto'
import { expect, test } from 'vitest'
import { idOf } from '../../main/domain/ids.ts'
import { createNewId } from '../../main/platform/ids.ts'

test('ids of one millisecond come in order and are all different', () => {
  const newId = createNewId(() => 1_700_000_000_000, randomBytes)
  const ids = Array.from({ length: 5_000 }, () => newId('run'))
  expect([...ids].sort()).toEqual(ids)
  expect(new Set(ids).size).toBe(ids.length)
  for (const id of ids) expect(idOf('run').safeParse(id).success).toBe(true)
})

test('ids keep their order when the clock goes back', () => {
  const times = [5_000, 4_000, 4_001, 6_000, 1]
  const newId = createNewId(() => times.shift() ?? 0, randomBytes)
  const ids = Array.from({ length: 5 }, () => newId('doc'))
  expect([...ids].sort()).toEqual(ids)
})

test('ids keep their order when the chance part overflows', () => {
  const newId = createNewId(
    () => 7,
    (size) => new Uint8Array(size).fill(31),
  )
  const ids = Array.from({ length: 4 }, () => newId('stp'))
  expect([...ids].sort()).toEqual(ids)
  expect(new Set(ids).size).toBe(4)
})

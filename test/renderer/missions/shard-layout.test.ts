import { expect, test } from 'vitest'
import { gates } from '../../../main/domain/mission/gates.ts'
import { layoutMission } from '../../../renderer/screens/missions/shard-layout.ts'

const plan = [
  { key: 'a', after: [] },
  { key: 'b', after: [] },
  { key: 'c', after: ['b'] },
  { key: 'd', after: ['a'] },
  { key: 'e', after: ['c', 'd'] },
]
const place = (layout: ReturnType<typeof layoutMission>) => new Map(layout.nodes.map((node) => [node.name, node]))

test('UI what waits for another stands to its right, beside what it waits for, and gates stand where they are come to', () => {
  const layout = layoutMission(plan, ['G2', 'G4'])
  const at = place(layout)
  const x = (name: string) => at.get(name)?.x ?? Number.NaN
  const y = (name: string) => at.get(name)?.y ?? Number.NaN
  expect([x('G2') < x('a'), x('a') === x('b'), x('b') < x('c'), x('c') === x('d'), x('d') < x('e'), x('e') < x('G4')]).toEqual(
    new Array(6).fill(true),
  )
  // `d` waits for the upper one, so that no lines cross.
  expect(y('d') < y('c')).toBe(true)
  expect(layout.edges.map(({ id }) => id)).toEqual([
    'gate:G2 shard:a',
    'gate:G2 shard:b',
    'shard:b shard:c',
    'shard:a shard:d',
    'shard:c shard:e',
    'shard:d shard:e',
    'shard:e gate:G4',
  ])
})

test('UI the same plan is always drawn the same, within its size, and nothing lies over anything else', () => {
  const wide = Array.from({ length: 64 }, (_, i) => ({ key: `s${i}`, after: i < 20 ? [] : [`s${i % 20}`, `s${(i * 7) % 20}`] }))
  const layout = layoutMission(wide, gates)
  expect(layoutMission(wide, gates)).toEqual(layout)
  expect(layout.nodes).toHaveLength(68)
  for (const [i, a] of layout.nodes.entries()) {
    expect(a.x >= 0 && a.y >= 0 && a.x + a.width <= layout.width && a.y + a.height <= layout.height, a.id).toBe(true)
    for (const b of layout.nodes.slice(i + 1)) {
      const isApart = a.x + a.width <= b.x || b.x + b.width <= a.x || a.y + a.height <= b.y || b.y + b.height <= a.y
      expect(isApart, `${a.id} ${b.id}`).toBe(true)
    }
  }
})

test('UI a mission without a plan shows its gates alone, and what no checked plan holds is drawn all the same', () => {
  expect(layoutMission([], ['G2', 'G4']).edges.map(({ id }) => id)).toEqual(['gate:G2 gate:G4'])
  const odd = layoutMission(
    [
      { key: 'a', after: ['b', 'nobody'] },
      { key: 'b', after: ['a'] },
    ],
    [],
  )
  expect(odd.nodes.map(({ name }) => name).sort()).toEqual(['a', 'b'])
  expect(odd.edges.every(({ from, to }) => from !== 'shard:nobody' && to !== 'shard:nobody')).toBe(true)
})

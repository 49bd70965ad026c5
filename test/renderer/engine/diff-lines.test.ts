import { expect, test } from 'vitest'
import { difference } from '../../../main/tools/difference.ts'
import { countChanges, diffLines, placeOfDiff } from '../../../renderer/components/diff-lines.ts'

test('HUM-09 a diff below 50 lines stands inline, below 500 folded, and from 500 on apart', () => {
  expect([0, 49, 50, 499, 500, 100_000].map(placeOfDiff)).toEqual(['inline', 'inline', 'folded', 'folded', 'apart', 'apart'])
})

test('HUM-09 lines of a real diff carry their numbers in both files, and lines that look like headers are counted as what they are', () => {
  const before = ['one', 'two', '-- three', 'four'].join('\n')
  const after = ['one', 'two and a half', '-- three', '++ five', 'four'].join('\n')
  const lines = diffLines(difference('a.md', before, after))
  expect(lines.map(({ kind, before: was, after: is }) => `${kind} ${was ?? '-'} ${is ?? '-'}`)).toEqual([
    ...['file - -', 'file - -', 'place - -', 'same 1 1', 'removed 2 -', 'added - 2', 'same 3 3', 'added - 4', 'same 4 5', 'file - -'],
  ])
  expect(countChanges(lines)).toEqual({ added: 2, removed: 1 })
  expect(countChanges(diffLines(difference('a.md', '--- a\n+++ b\n', null)))).toEqual({ added: 0, removed: 2 })
})

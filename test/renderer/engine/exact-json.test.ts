import fc from 'fast-check'
import { expect, test } from 'vitest'
import { canonicalJson } from '../../../main/domain/canonical-json.ts'
import { jsonLines } from '../../../renderer/components/exact-json.ts'

const joined = (text: string): string =>
  jsonLines(text)
    .flatMap(({ pieces }) => pieces.map((piece) => piece.text))
    .join('')

test('HUM-11 arguments broken into lines are, joined again, the very text that was hashed', () => {
  fc.assert(fc.property(fc.jsonValue({ maxDepth: 5 }), (value) => joined(canonicalJson(value)) === canonicalJson(value)))
  // Whatever else stands there is shown too, though it is no JSON.
  fc.assert(fc.property(fc.string({ unit: 'grapheme' }), (text) => joined(text) === text))
  for (const text of ['{"a":"x\\\\n\\"y"}', '"', '{"a', '{"a":"b\\', '[{},[],{"a":[]}]']) expect(joined(text)).toBe(text)
})

test('HUM-11 each field has a line, and a text with line ends has one for each of them', () => {
  const lines = jsonLines(canonicalJson({ name: 'a.md', text: '# A\nB\\nC\n', empty: [], list: [1, { b: true }] }))
  const shown = lines.map(
    ({ depth, isContinued, pieces }) => `${' '.repeat(depth)}${isContinued ? '~' : ''}${pieces.map(({ text }) => text).join('')}`,
  )
  expect(shown).toEqual([
    ...['{', ' "empty":[],', ' "list":[', '  1,', '  {', '   "b":true', '  }', ' ],', ' "name":"a.md",'],
    ...[' "text":"# A\\n', ' ~B\\\\nC\\n', ' ~"', '}'],
  ])
})

import { expect, test } from 'vitest'
import { type CheckedSentence, crossCheck, numbersIn } from '../../../main/domain/mission/cross-check.ts'

const sentence = (shard: string, text: string, quote: string, passageId = 'p1'): CheckedSentence => ({
  shard,
  text,
  quotes: [{ passageId, quote }],
})
const notes = (sentences: readonly CheckedSentence[], goal = '') =>
  crossCheck(sentences, goal).map((found) => found.map(({ note, shard }) => (shard === null ? note : `${note} ${shard}`)))

test('a number that stands in no quote of its claim is noted, one of the goal is not', () => {
  expect(notes([sentence('a', 'Seven ships, 12 metres deep.', 'it is 12 metres deep')])).toEqual([[]])
  expect(notes([sentence('a', 'It is 21 metres deep.', 'it is 12 metres deep')])).toEqual([['number_not_quoted']])
  expect(notes([sentence('a', 'Berth 4 is 12 metres deep.', 'it is 12 metres deep')], 'How deep is berth 4?')).toEqual([[]])
})

test('the same words of the same passage in two shards are noted at the later one, other words are not', () => {
  expect(
    notes([sentence('a', 'One.', 'the same words'), sentence('b', 'Two.', 'the same words'), sentence('b', 'Three.', 'other words')]),
  ).toEqual([[], ['repeated a'], []])
  expect(notes([sentence('a', 'One.', 'same', 'p1'), sentence('b', 'Two.', 'same', 'p2')])).toEqual([[], []])
})

test('two shards that say nearly the same with other numbers are both noted', () => {
  const [one, other] = ['The eastern quay has a depth of 12 metres', 'The eastern quay has a depth of 9 metres']
  expect(notes([sentence('a', one, one), sentence('b', other, other, 'p2')])).toEqual([['differs b'], ['differs a']])
  expect(notes([sentence('a', one, one), sentence('b', 'A crane lifts 9 tonnes', 'A crane lifts 9 tonnes', 'p2')])).toEqual([[], []])
  expect(notes([sentence('a', one, one), sentence('a', other, other, 'p2')])).toEqual([[], []])
})

test('numbers are read with sign and fraction; what stands behind the hyphen of a name is one, what hangs on a letter is not', () => {
  expect(numbersIn('IR-0417 at 07:30, -4.5 °C, 1,200 t, x9, berth 3')).toEqual(['0417', '07:30', '-4.5', '1,200', '3'])
})

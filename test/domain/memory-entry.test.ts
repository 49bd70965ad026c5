import { expect, test } from 'vitest'
import { checkMemoryEntry } from '../../main/domain/memory-entry.ts'

const whole = { context: 'The pump at the north gate', solution: 'Order part 7', learning: 'It wears out in May', impact: 'No stop since' }

test.each([
  ['an entry with everything', whole, [], []],
  ['one without its context', { ...whole, context: undefined }, ['context'], []],
  ['one with an empty context', { ...whole, context: '  ' }, ['context'], []],
  ['one without what was learnt', { ...whole, learning: undefined }, [], ['learning']],
  ['one without solution and impact', { context: 'x', learning: 'y' }, [], ['solution', 'impact']],
  ['one with a field that there is not', { ...whole, mood: 'good' }, ['entry'], []],
  ['a text', 'x', ['entry'], []],
  ['a context that is no text', { ...whole, context: 7 }, ['context'], []],
] as const)('MEM-03 %s', (_what, given, errors, warnings) => {
  const checked = checkMemoryEntry(given)
  const fieldsOf = (told: readonly string[]) => told.map((one) => one.slice(0, one.indexOf(':')))
  expect([fieldsOf(checked.errors), fieldsOf(checked.warnings)]).toEqual([errors, warnings])
  expect(checked.entry === null).toBe(errors.length > 0)
})

import { expect, test } from 'vitest'
import { callNames } from '../../main/contract/calls.ts'
import { readingCalls } from '../../main/contract/reading-calls.ts'

test('a call that lists, gets or tells how something stands is named among those that only read', () => {
  const forgotten = callNames.filter((name) => /\.(list|get|status|files|events)$/.test(name) && !readingCalls.has(name))
  expect(forgotten).toEqual([])
})

test('a call that starts, changes or decides is not', () => {
  const wrong = [...readingCalls].filter((name) =>
    /\.(start|begin|append|cancel|remove|configure|approve|reject|revise|set|raise|undo)$/.test(name),
  )
  // Cancelling a verification changes nothing that is stored.
  expect(wrong).toEqual(['audit.cancel'])
})

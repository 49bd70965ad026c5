import { expect, test } from 'vitest'
import type { ShownPart } from '../../../main/contract/context.ts'
import { piecesOf } from '../../../renderer/screens/context/context-bar.tsx'
import { contextStepOf, modelStepsOf } from '../../../renderer/screens/context/model-steps.ts'
import { leftOutRows, shownRows } from '../../../renderer/screens/context/part-rows.ts'
import { fineShare, sourceWords } from '../../../renderer/screens/context/part-words.ts'
import { completeEvents } from '../../browser/screens/fixture-events.ts'
import { id } from '../../browser/screens/fixture-ids.ts'
import { writerHeldEvents } from '../../browser/screens/fixture-writer.ts'

const part = (kind: ShownPart['kind'], tokens: number | null, text: string | null = 'x'): ShownPart => ({
  ...{ kind, source: 'question', why: 'asked', tokens, bytes: tokens, isShortened: false, text },
})

test('CTX-07 the pieces of the bar come to the tokens of the prompt, in the order in which a model reads them', () => {
  const parts = [part('evidence', 300), part('question', 20), part('system', 100), part('evidence', 50)]
  const pieces = piecesOf({ parts, promptTokens: 500 })
  expect(pieces.map(({ key, tokens }) => [key, tokens])).toEqual([
    ['system', 100],
    ['evidence', 350],
    ['question', 20],
    ['between', 30],
  ])
  // A count of the pieces may pass that of the whole; nothing is shown as less than nothing.
  expect(piecesOf({ parts: [part('system', 100)], promptTokens: 90 }).map(({ key }) => key)).toEqual(['system'])
})

test('CTX-01 parts are numbered within their kind, with the first line of their text made safe to look at', () => {
  const rows = shownRows({ parts: [part('system', 1, null), part('evidence', 1, '\n \n[1] a.pdf\nmore'), part('evidence', 1, `b\u202Ec`)] })
  expect(rows.map(({ title, line }) => [title, line])).toEqual([
    ['Rules of the agent', null],
    ['Passage 1 of 2', '[1] a.pdf'],
    ['Passage 2 of 2', 'b[U+202E]c'],
  ])
  expect(new Set(rows.map(({ key }) => key)).size).toBe(3)
  const left = leftOutRows({ leftOut: [{ kind: 'thread', source: id('stp', 1), tokens: 9, reason: 'over_share' }] })
  expect(left.map(({ title }) => title)).toEqual(['Done so far'])
})

test('CTX-01 sources are named in words, and calls by what they were', () => {
  const callOf = (stepId: string) => (stepId === id('stp', 1) ? 'call 1, search_holdings' : null)
  expect(
    ['instructions', id('stp', 1), id('stp', 2), `${id('run', 1)}.4`, `${id('doc', 1)}.9`, 'note'].map((one) => sourceWords(one, callOf)),
  ).toEqual([
    'the agent’s instructions',
    'call 1, search_holdings',
    'a call of this run',
    'handed on by an earlier run',
    'a passage of a document',
    'note',
  ])
  expect([0.3142, 0.05, 0.0004, 0].map(fineShare)).toEqual(['31 %', '5.0 %', 'below 0.1 %', '0.0 %'])
})

test('CTX-01 the steps of a run that a model was shown something at are those of its calls, in their order', () => {
  const steps = modelStepsOf(writerHeldEvents)
  expect(steps).toEqual([93, 95, 96, 99, 100].map((number) => id('stp', number)))
  expect(new Set(writerHeldEvents.map((recorded) => contextStepOf(recorded, steps)))).toEqual(new Set([null, ...steps]))
  // A context that was built and never asked with has nothing to show.
  const asked = completeEvents(id('run', 3))
  expect(modelStepsOf(asked.slice(0, 8))).toEqual([])
  expect(modelStepsOf(asked.slice(0, 9))).toEqual([id('stp', 2)])
  expect(modelStepsOf(asked.filter(({ event }) => event.type !== 'context.built'))).toEqual([])
})

import fc from 'fast-check'
import { expect, test } from 'vitest'
import { dominates, type Label, labelFromName, meet, permits, unclassified } from '../../main/domain/label.ts'
import { taskLabel } from '../../main/domain/task-label.ts'
import { labels } from '../support/labels.ts'

const [secret, confidential] = [labelFromName('secret'), labelFromName('confidential')]
const codeOf = (chosen: Label, change: { floor?: Label; text?: string } = {}) => {
  const { floor = null, text = '' } = change
  const labelled = taskLabel({ chosen, clearance: secret, floor, texts: [text] })
  return labelled.ok ? null : labelled.error.code
}

test('LBL-01 what is not labelled is as high as anything that its author may see', () => {
  expect(taskLabel({ chosen: null, clearance: secret, floor: unclassified, texts: ['(U) Where is it?'] })).toEqual({
    ok: true,
    value: secret,
  })
  // Marks above all of that are a suspected spill, whether it was labelled or not.
  const marked = taskLabel({ chosen: null, clearance: secret, floor: null, texts: ['(TS) Where is it?'] })
  expect(marked).toMatchObject({ error: { code: 'task.label_below_marks' } })
})

test('LBL-01 a task is never below what was chosen, its collection or its marks, nor above its author', () => {
  fc.assert(
    fc.property(labels, labels, fc.option(labels), (chosen, clearance, floor) => {
      const labelled = taskLabel({ chosen, clearance, floor, texts: ['Where is it?'] })
      if (!labelled.ok) return
      expect(permits(clearance, labelled.value)).toBe(true)
      for (const under of [chosen, ...(floor === null ? [] : [floor])]) expect(dominates(labelled.value, under)).toBe(true)
    }),
    { numRuns: 2_000 },
  )
  fc.assert(
    fc.property(labels, labels, (a, b) => {
      expect(taskLabel({ chosen: meet(a, b), clearance: a, floor: null, texts: [] }).ok).toBe(permits(a, meet(a, b)))
    }),
  )
})

test('LBL-01 a label above its author is refused, as is one below the marks in the text', () => {
  expect(codeOf(labelFromName('top_secret'))).toBe('task.label_above_clearance')
  expect(codeOf({ ...secret, categories: ['SI'] })).toBe('task.label_above_clearance')
  expect(codeOf(unclassified, { floor: labelFromName('top_secret') })).toBe('task.label_above_clearance')
  for (const text of [
    '(S) Where does the tender lie?',
    'Look at this.\n(S//NF) The tender lies at Berth 3.',
    'SECRET//NOFORN\nWhere is it?',
    'The tender (TS//SI) lies there.',
  ])
    expect([text, codeOf(confidential, { text })]).toEqual([text, 'task.label_below_marks'])
  for (const text of ['(U) Where does the tender lie?', '(C) Where?', 'Who wrote paragraph (s) of the rules?'])
    expect([text, codeOf(confidential, { text })]).toEqual([text, null])
})

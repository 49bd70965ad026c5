import fc from 'fast-check'
import { expect, test } from 'vitest'
import { installedAgents } from '../../../main/composition/read-agents.ts'
import { fileNamesIn, namedIn, namesIn, namesShown } from '../../../main/domain/mission/plan-documents.ts'
import { plannable, playbookPlan } from '../../../main/domain/mission/plan-draft.ts'
import { tasksOf, topicOf } from '../../../main/domain/mission/plan-rules.ts'

const known = (file: string, documentId = file, isWithin = true) => ({ documentId, file, isWithin })

test('AGT-02 names are shown that stand for one document which an agent can be given, whole and a line each', () => {
  const documents = [known('a.md'), known('b.md', '1'), known('b.md', '2'), known('c.md', 'c', false), known('d\n.md'), known(' e.md')]
  expect(namesShown(documents, 2_000)).toEqual(['a.md'])
  const long = [known(`${'x'.repeat(1_990)}.md`), known('short.md'), known('s.md')]
  expect(namesShown(long, 2_000)).toEqual([long[0]?.file, 's.md'])
})

test('what is shown is read back as it was, whatever stands in it', () => {
  fc.assert(
    fc.property(fc.array(fc.string({ minLength: 1, maxLength: 12, unit: 'binary' }), { maxLength: 8 }), (files) => {
      const names = namesShown(
        files.map((file, i) => known(file, String(i))),
        500,
      )
      expect(namesIn(names.join('\n'))).toEqual(names)
    }),
    { seed: 20261130 },
  )
})

test.each([
  ['Compare old plan.md with plan.md.', ['old plan.md', 'plan.md']],
  ['compare PLAN.MD with itself', ['plan.md']],
  ['Is myplan.md the same as plan.mdx?', []],
  ['(plan.md), “old plan.md”', ['plan.md', 'old plan.md']],
  ['', []],
])('a text names documents by whole names, longer ones first: %s', (text, wanted) => {
  expect(namedIn(text, ['plan.md', 'old plan.md'])).toEqual(wanted)
})

test('what may be a file name in a text is what stands in quotation marks, and words with an ending', () => {
  expect(fileNamesIn('Compare 01-report.pdf, “Harbour log.csv” and "old plan" (v1.5).')).toEqual(
    expect.arrayContaining(['Harbour log.csv', 'old plan', '01-report.pdf']),
  )
  expect(fileNamesIn(Array.from({ length: 40 }, (_, i) => `f${i}.md`).join(' '))).toHaveLength(12)
})

const agents = plannable(installedAgents().map(({ definition }) => definition))
const names = ['06-notes.md', '03-transcript.txt']
const ruled = (part: string) => tasksOf(part, names, agents).map(({ agent, input }) => [agent, input])

test.each([
  [
    'Compare 03-transcript.txt with 06-notes.md on the position of the tender.',
    [['compare', { topic: 'position of the tender', first: '03-transcript.txt', second: '06-notes.md' }]],
  ],
  [
    'Where do 06-notes.md and 03-transcript.txt differ about the time of the alarm?',
    [['compare', { topic: 'time of the alarm', first: '06-notes.md', second: '03-transcript.txt' }]],
  ],
  [
    'Compare 06-notes.md with 03-transcript.txt.',
    [
      ['summarise', { document: '06-notes.md' }],
      ['summarise', { document: '03-transcript.txt' }],
    ],
  ],
  ['Summarise 06-notes.md with regard to the rope.', [['summarise', { document: '06-notes.md', focus: 'rope' }]]],
  ['What in 06-notes.md must be redacted?', [['redact-review', { document: '06-notes.md' }]]],
  ['Who wrote 06-notes.md?', [['research', { topic: 'Who wrote 06-notes.md?' }]]],
  ['Compare the two reports on the weather.', [['research', { topic: 'Compare the two reports on the weather.' }]]],
  ['Compare 06-notes.md with nothing.md on the weather.', [['research', { topic: 'Compare 06-notes.md with nothing.md on the weather.' }]]],
])('AGT-02 without a model, documents are given by rule where the goal names them and says what for: %s', (part, wanted) => {
  expect(ruled(part)).toEqual(wanted)
})

test('an agent that is not here, or cannot be given all it wants, is not planned by rule', () => {
  const part = 'Compare 06-notes.md with 03-transcript.txt on the rope.'
  const research = agents.filter(({ name }) => name === 'research')
  expect(tasksOf(part, names, research)[0]?.agent).toBe('research')
  // Nor is one of that name that wants something else.
  const third = { name: 'third', title: 'Third', kind: 'document', isRequired: true, charsMax: 255, default: null } as const
  const other = agents.map((agent) => (agent.name === 'compare' ? { ...agent, input: [...agent.input, third] } : agent))
  expect(tasksOf(part, names, other)[0]?.agent).toBe('research')
})

test('a comparison is one part of a plan, and the whole is looked at from what it found', () => {
  const goal = 'Compare 06-notes.md with 03-transcript.txt on the rope. Who cut it?'
  expect(playbookPlan(goal, { names, agents }).shards.map(({ key, agent, after }) => [key, agent, after])).toEqual([
    ['s1', 'compare', []],
    ['s2', 'research', []],
    ['s3', 'research', ['s1', 's2']],
  ])
})

test('a topic is what is left of a part, and nothing where nothing is', () => {
  expect(topicOf('What do a.md and b.md say about the rope, and where do they differ?', ['a.md', 'b.md'])).toBe('rope')
  expect(topicOf('Compare a.md and b.md!', ['a.md', 'b.md'])).toBe('')
})

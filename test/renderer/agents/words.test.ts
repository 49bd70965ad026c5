import { expect, test } from 'vitest'
import { agentOfFile, isNarrowingFile } from '../../../main/domain/agent-file.ts'
import { defaultBudget } from '../../../main/domain/budget.ts'
import { levelSentence, limitRows } from '../../../renderer/screens/agents/agent-words.ts'
import { agentsSearch } from '../../../renderer/screens/agents/agents-search.ts'
import { hiddenPlace } from '../../../renderer/screens/agents/hidden-place.ts'
import { promptSearch, usuallyAgainst } from '../../../renderer/screens/agents/prompt-search.ts'
import { moveSentences } from '../../../renderer/screens/agents/prompt-words.ts'

const text = (value: unknown) => (typeof value === 'string' && value !== '' ? value : undefined)

test('AGT-01 each level of verification is said as what a person looks at', () => {
  expect([0, 1, 2].map(levelSentence)).toEqual(Array(3).fill('Look at every change.'))
  expect([3, 4, 5].map(levelSentence)).toEqual(['Look at its key outputs.', 'Look at samples of its work.', 'Look at the end result only.'])
})

test('AGT-01 every limit has a unit, and says what happens there', () => {
  const rows = limitRows({ budget: { ...defaultBudget, toolCallsMax: 1, onBreach: { tokens: 'alert' } }, stepsMax: 12 })
  expect(rows.map(({ title, limit, atLimit }) => `${title}: ${limit}, then ${atLimit}`)).toEqual([
    'Steps: 12 steps, then it drafts from what it has',
    'Tokens: 200,000 tokens, then a person is told, and it goes on',
    'Model calls: 20 calls, then the run waits for a person',
    'Tool calls: 1 call, then the run waits for a person',
    'Time at work: 10:00, then the run waits for a person',
    'Written: 8.4 MB, then the run waits for a person',
    'Cost elsewhere: 1.00 of the site’s currency, then the run ends',
    'Depth: 3 runs below the one that a person started, then the run is not begun',
  ])
})

test('AGT-01 a file is about the agent that it is called after, whether it is one or narrows one', () => {
  expect(['ask.yaml', 'ask.local.yaml', 'local.yaml'].map((file) => [agentOfFile(file), isNarrowingFile(file)])).toEqual([
    ['ask', false],
    ['ask', true],
    ['local', false],
  ])
})

test('PRM-01 a version is compared with the one in use, that one with the one before it, and a lone one with nothing', () => {
  expect(usuallyAgainst(4, 2, [1, 2, 3, 4])).toBe(2)
  expect(usuallyAgainst(2, 2, [1, 2, 3])).toBe(1)
  expect(usuallyAgainst(1, 1, [1, 2])).toBe(2)
  expect(usuallyAgainst(1, 1, [1])).toBeNull()
  // What is in use may be above what a person may see.
  expect(usuallyAgainst(3, 4, [1, 3])).toBe(1)
  expect(usuallyAgainst(3, null, [1, 3])).toBe(1)
})

test('PRM-01 moving `current` says which version leads new runs, and that runs under way keep theirs; another name leads nothing', () => {
  expect(moveSentences('current', 2, 3).join(' ')).toMatch(/Version 2 is in use now\. Every run .* version 3\. Runs under way keep/)
  expect(moveSentences('current', null, 1)[0]).toBe('No version is in use yet.')
  expect(moveSentences('tried', null, 3).join(' ')).toMatch(
    /Nothing is called tried yet\. It will point at version 3\. No run is led by it/,
  )
})

test('PRM-01 the first hidden character of a text is named with its line', () => {
  expect(hiddenPlace('one\ntwo\u202e\n\u0000')).toEqual({ line: 2, sign: 'U+202E' })
  expect(hiddenPlace('one\n\ttwo ‍')).toBeNull()
})

test('UI addresses of agents and prompts say what makes sense, and nothing else', () => {
  expect(agentsSearch({ show: 'agents', open: 'x' }, text)).toEqual({})
  expect(agentsSearch({ show: 'refused', open: 'a.yaml', more: 1 }, text)).toEqual({ show: 'refused', open: 'a.yaml' })
  expect(agentsSearch({ show: 'packs', open: 7 }, text)).toEqual({ show: 'packs' })
  expect(promptSearch({ version: 2, against: 0, view: 'text', write: 'yes' })).toEqual({ version: 2 })
  expect(promptSearch({ version: 1.5, against: 3, view: 'diff', write: true })).toEqual({ against: 3, view: 'diff', write: true })
})

import { expect, test } from 'vitest'
import { gateDecisions, gates, wantsFeedback } from '../../../main/domain/mission/gates.ts'
import { readFinding } from '../../../renderer/screens/missions/board-finding.ts'
import { decisionsAt, doneWords } from '../../../renderer/screens/missions/mission-words.ts'
import { missionsSearch } from '../../../renderer/screens/missions/missions-search.ts'
import { readTokens, whatWillHappen } from '../../../renderer/screens/missions/start-words.ts'

test('HUM-03 every decision of every gate has words, and asks for words exactly where the core wants them', () => {
  for (const gate of gates) {
    expect(Object.keys(decisionsAt[gate]).sort()).toEqual([...gateDecisions[gate]].sort())
    expect(Object.keys(doneWords[gate]).sort()).toEqual([...gateDecisions[gate]].sort())
    for (const decision of gateDecisions[gate])
      expect(decisionsAt[gate][decision]?.asks !== undefined, `${gate} ${decision}`).toBe(wantsFeedback.has(decision))
  }
})

test('UI a budget is read as people write it, and refused where no mission may have it', () => {
  expect(['1000000', '1,000,000', '1 000 000', '1.000.000', ' 500 ', '2000000'].map(readTokens)).toEqual([1e6, 1e6, 1e6, 1e6, 500, 2e6])
  expect(['', '0', '-5', '1.5', '2000001', 'many', '1e6', '10,00'].map(readTokens)).toEqual(new Array(8).fill(null))
})

test('UI what will happen names every stop, and no other', () => {
  expect(whatWillHappen([])).toContain('it waits for you before the plan is carried out and before the report is given out.')
  expect(whatWillHappen(['G3', 'G1'])).toContain(
    'it waits for you before anybody plans, before the plan is carried out, before results are joined and before the report is given out.',
  )
})

test('UI an entry of a worker is read as a finding, and anything else as words', () => {
  expect(readFinding('{"shard":"s1","runId":"run_1","claims":["One."]}')).toEqual({ shard: 's1', runId: 'run_1', claims: ['One.'] })
  expect(['words', '{', '{"shard":"s1"}', '[]'].map(readFinding)).toEqual([null, null, null, null])
})

test('UI an address of the board is believed only as far as it makes sense', () => {
  expect(missionsSearch({ start: true, waiting: 'yes', other: 1 })).toEqual({ start: true })
  expect(missionsSearch({ waiting: true })).toEqual({ waiting: true })
})

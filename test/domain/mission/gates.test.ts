import { expect, test } from 'vitest'
import { issuers } from '../../../main/domain/actor.ts'
import { mayIssueOfMission } from '../../../main/domain/mission/commands.ts'
import { gateDecisions, gates, gatesOf } from '../../../main/domain/mission/gates.ts'

test('HUM-03 HUM-12 a plan is carried out and a result given out by nobody but a person, and G2 and G4 cannot be left out', () => {
  expect(gatesOf([])).toEqual(['G2', 'G4'])
  expect(gatesOf(['G3', 'G1'])).toEqual([...gates])
  expect(gateDecisions).toEqual({
    G1: ['proceed', 'redirect', 'abort'],
    G2: ['approve', 'revise', 'abort'],
    G3: ['deploy', 'fix', 'abort'],
    G4: ['deploy', 'rollback', 'hold'],
  })
  expect(mayIssueOfMission['gate.decide']).toEqual(['operator'])
  expect(issuers.filter((issuer) => Object.values(mayIssueOfMission).some((who) => who.includes(issuer)))).not.toContain('model')
})

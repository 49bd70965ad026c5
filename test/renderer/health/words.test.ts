import { expect, test } from 'vitest'
import { incidentSentence, subjectWords } from '../../../renderer/screens/health/health-words.ts'

test('SLO-01 only names of agents are written out; tools and endpoints keep theirs, and tiers have titles', () => {
  expect(subjectWords({ subject: 'document-reader', cause: 'spiral' })).toBe('Document reader')
  expect(subjectWords({ subject: 'datacenter', cause: 'budget' })).toBe('Datacenter')
  expect(subjectWords({ subject: 'edge', cause: 'breaker' })).toBe('Edge')
  expect(subjectWords({ subject: 'table_query', cause: 'breaker' })).toBe('table_query')
  expect(incidentSentence({ subject: 'dc-east-1', cause: 'breaker' })).toMatch(/^dc-east-1 failed/)
})

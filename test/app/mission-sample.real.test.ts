/** A mission over the sample case without a model: two of its papers compared, one summarised, one looked through, all of it joined. */
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { openApp } from '../support/open-app.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

const papers = join(import.meta.dirname, '../../main/sample-case/documents')
const [transcript, notes, interview, findings] = [
  ...['03-port-control-transcript.txt', '06-investigator-notes.md', '10-interview-ottery.txt', '12-interim-findings.docx'],
] as const

test('RUN-17 AGT-02 what a goal names of the sample case is compared, summarised and looked through, and every quote of the report stands in its paper', async () => {
  const core = await openApp(join(temporaryFolder(), 'data'))
  await core.ingest([papers])
  const goal = [
    `Compare ${transcript} with ${notes} on where the Pale Heron was.`,
    `Summarise ${findings}.`,
    `What in ${interview} must be redacted before it is handed on?`,
    'How was the rope cut?',
  ].join(' ')
  const { missionId } = await core.call('missions.start', { goal })
  const until = async (gate: string) => {
    for (;;) {
      const moved = core.next((item) => (item.kind === 'event' && item.event.stream === missionId ? item : null))
      const mission = await core.call('missions.get', { missionId })
      if (mission.gate === gate) return mission
      expect(mission.outcome).toBeNull()
      await moved
    }
  }
  const planned = await until('G2')
  expect(planned.shardList.map(({ agent, documents, after }) => [agent, documents.map(({ file }) => file), after.length])).toEqual([
    ['compare', [transcript, notes], 0],
    ['summarise', [findings], 0],
    ['redact-review', [interview], 0],
    ['research', [], 0],
    ['research', [], 4],
  ])
  await core.call('missions.decide', { missionId, gate: 'G2', decision: 'approve', commitment: planned.plan?.commitment })
  const { report, shardList } = await until('G4')
  expect(shardList.map(({ status }) => status)).toEqual(Array.from({ length: 5 }, () => 'accepted'))
  const { sections, citations } = report?.content ?? { sections: [], citations: [] }
  const filesOf = (key: string) => {
    const numbers = new Set(sections.find((section) => section.key === key)?.claims.flatMap((claim) => claim.citations))
    return [...new Set(citations.filter(({ n }) => numbers.has(n)).map(({ file }) => file))].toSorted()
  }
  expect([filesOf('s1'), filesOf('s2'), filesOf('s3')]).toEqual([[transcript, notes], [findings], []])
  // That a review finds nothing is a result, too.
  expect(sections.find(({ key }) => key === 's3')).toMatchObject({ agent: 'redact-review', claims: [], leftOut: 0, omitted: 0 })
  expect(citations.every(({ verified }) => verified)).toBe(true)
  await core.app.close()
})

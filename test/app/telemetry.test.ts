/** What is measured of agents over a whole core: counted as runs end, found again after a restart, and never above a clearance. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, expect, test } from 'vitest'
import { labelFromName, unclassified } from '../../main/domain/label.ts'
import { publicKeyLine } from '../../main/domain/minisign.ts'
import { type OpenApp, openApp } from '../support/open-app.ts'
import { policyWithLow, signed, testKey } from '../support/policies.ts'
import { parsePrometheus, sampleOf } from '../support/prometheus.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

const folder = temporaryFolder()
const data = join(folder, 'data')
let core: OpenApp

beforeAll(async () => {
  core = await openApp(data)
  await core.call('station.configure', { ceiling: 'secret' })
  const file = join(folder, 'log.md')
  writeFileSync(file, '# Log\n\nThe kingfisher left the estuary at 14:05 on Tuesday.\n')
  await core.ingest([file], { collection: 'Log', level: 'unclassified' })
})

const runs: string[] = []
const completed = { agent_name: 'ask', status: 'complete' }
const metrics = async () => parsePrometheus((await core.call('station.metrics')).text)

test('OBS-01 runs are counted as they end, the same after a restart, and no text stands there', async () => {
  for (const label of [unclassified, labelFromName('secret')]) {
    const { runId } = await core.call('ask.start', { question: 'When did the kingfisher leave?', modelId: null, label })
    await core.settled(runId)
    runs.push(runId)
  }
  const before = await core.call('station.metrics')
  expect(before.contentType).toContain('text/plain')
  expect(sampleOf(parsePrometheus(before.text), 'agent_executions_total', completed)).toBe(2)
  expect(sampleOf(parsePrometheus(before.text), 'agent_duration_seconds_count', { agent_name: 'ask', phase: 'tool' })).toBe(2)
  expect(before.text.toLowerCase()).not.toMatch(/kingfisher|estuary/)
  await core.app.close()
  core = await openApp(data)
  expect(await metrics()).toEqual(parsePrometheus(before.text))
})

test('OBS-01 OBS-05 whoever is cleared for less is told of less', async () => {
  const key = testKey(7)
  await core.call('policy.load', { ...signed(policyWithLow(key), key), key: publicKeyLine(key) })
  const reply = await core.app.dispatch('station.metrics', {}, { account: 'low', shell: 'cli' })
  const { text } = reply.ok ? (reply.value as { text: string }) : { text: '' }
  expect(sampleOf(parsePrometheus(text), 'agent_executions_total', completed)).toBe(1)
  expect(sampleOf(await metrics(), 'agent_executions_total', completed)).toBe(2)
  const codes = await Promise.all(
    runs.map(async (runId) => {
      const traced = await core.app.dispatch('traces.get', { runId }, { account: 'low', shell: 'cli' })
      return traced.ok ? null : traced.error.code
    }),
  )
  expect(codes).toEqual([null, 'role.above_clearance'])
})

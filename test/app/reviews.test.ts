/** Reviews and what outlives the log, over a whole core whose clock a test sets: only what the period had, and only what one may see. */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { labelFromName, unclassified } from '../../main/domain/label.ts'
import { publicKeyLine } from '../../main/domain/minisign.ts'
import { type OpenApp, openApp } from '../support/open-app.ts'
import { policyWithLow, signed, testKey } from '../support/policies.ts'
import { parsePrometheus, sampleOf } from '../support/prometheus.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

const day = 24 * 60 * 60_000
const start = Date.UTC(2026, 10, 2, 12)

/** The values of a review by what they are of. */
function valuesOf(markdown: string): Readonly<Record<string, string>> {
  const rows = markdown.split('\n').flatMap((line) => /^\| (.+) \| (.+) \|$/.exec(line)?.slice(1, 3) ?? [])
  return Object.fromEntries(Array.from({ length: rows.length / 2 }, (_, at) => [rows[2 * at], rows[2 * at + 1]]))
}
const ask = async (core: OpenApp, label = unclassified) => {
  const { runId } = await core.call('ask.start', { question: 'When did the kingfisher leave?', modelId: null, label })
  await core.settled(runId)
  return runId
}

test('OBS-09 the weekly review tells of the first six principles, the fortnightly one of the others and of safety, each of its time', async () => {
  let now = start
  const folder = temporaryFolder()
  const core = await openApp(join(folder, 'data'), { clock: () => now })
  await core.call('station.configure', { ceiling: 'secret' })
  const file = join(folder, 'log.md')
  writeFileSync(file, '# Log\n\nThe kingfisher left the estuary at 14:05 on Tuesday.\n')
  await core.ingest([file], { collection: 'Log', level: 'unclassified' })
  const first = await ask(core)
  now += 10 * day
  await core.call('exemptions.grant', { guardrail: 'context_share', justification: 'The estuary is large.' })
  await core.call('runs.retry', { runId: first }).then(({ id }) => core.settled(id))
  await ask(core, labelFromName('secret'))

  const week = await core.call('reports.review', { period: 'week' })
  expect([week.at, week.markdown.match(/^## .*/gm)?.map((title) => title.slice(3, 5))]).toEqual([now, ['1.', '2.', '3.', '4.', '5.', '6.']])
  expect(valuesOf(week.markdown)).toMatchObject({
    'Runs created': '2',
    'Runs completed': '2',
    'Calls proposed': '2',
    Launches: '2',
    'Runs failed': '0',
  })
  const fortnight = await core.call('reports.review', { period: 'fortnight' })
  const titles = fortnight.markdown.match(/^## .*/gm)?.map((title) => title.slice(3, 5))
  expect(titles).toEqual(['7.', '8.', '9.', '10', '11', '12', 'Sa'])
  expect(valuesOf(fortnight.markdown)).toMatchObject({
    ...{
      ask: '3 runs, 0 failed, 2.0 calls on average',
      'Runs that tried again': '1',
      'Runs begun by people': '3',
      'Guardrails lifted': '1',
    },
  })
  // Twice the same, and no word of a document or a person in it.
  expect(await core.call('reports.review', { period: 'week' })).toEqual(week)
  expect(week.markdown + fortnight.markdown).not.toMatch(/kingfisher|estuary|log\.md/i)

  const key = testKey(7)
  await core.call('policy.load', { ...signed(policyWithLow(key), key), key: publicKeyLine(key) })
  const reply = await core.app.dispatch('reports.review', { period: 'week' }, { account: 'low', shell: 'cli' })
  expect(valuesOf(reply.ok ? (reply.value as typeof week).markdown : '')).toMatchObject({ 'Runs created': '1', 'Runs completed': '1' })
})

test('OBS-07 lines of the log go when they are old; the record stays whole, and what was counted stays counted', async () => {
  let now = start
  const data = join(temporaryFolder(), 'data')
  const first = await openApp(data, { clock: () => now })
  const runId = await ask(first)
  const { total } = await first.call('runs.events', { runId })
  const log = join(first.paths.logs, 'holdfast.log')
  await first.app.close()
  const aged = readFileSync(log, 'utf8').replaceAll(/"time":"[^"]+"/g, `"time":"${new Date(start).toISOString()}"`)
  expect(aged).toContain(runId)
  writeFileSync(log, aged)
  now += 120 * day
  const core = await openApp(data, { clock: () => now })
  expect(readFileSync(log, 'utf8')).not.toContain(runId)
  expect((await core.call('runs.events', { runId })).total).toBe(total)
  expect(await core.call('audit.verify')).toMatchObject({ fault: null })
  const counted = parsePrometheus((await core.call('station.metrics')).text)
  expect(sampleOf(counted, 'agent_executions_total', { agent_name: 'ask', status: 'complete' })).toBe(1)
})

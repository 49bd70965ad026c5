/** What is measured of agents, as it is typed. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, expect, test } from 'vitest'
import { commandOutputs } from '../../main/contract/cli.ts'
import { copyCase } from '../support/case-files.ts'
import { oneDocument, runCommand } from '../support/command.ts'
import { parsePrometheus, sampleOf } from '../support/prometheus.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

const folder = temporaryFolder()
const data = join(folder, 'data')
const run = (...args: readonly string[]) => runCommand([...args, '--data', data])
let runId: string

beforeAll(async () => {
  copyCase(join(folder, 'papers'))
  await run('ingest', join(folder, 'papers'))
  await run('ask', 'What happened at the quay?', '--model', 'none')
  const listed = await run('runs', 'list', '--json')
  runId = commandOutputs['runs list'].parse(oneDocument(listed)).items[0]?.id ?? ''
})

test('OBS-01 holdfast metrics prints what a collector reads, of what earlier commands did', async () => {
  const families = parsePrometheus((await run('metrics')).stdout)
  expect(sampleOf(families, 'agent_executions_total', { agent_name: 'ask', status: 'complete' })).toBe(1)
  expect(parsePrometheus(commandOutputs.metrics.parse(oneDocument(await run('metrics', '--json'))).text)).toEqual(families)
})

test('OBS-05 holdfast trace prints the tree, and with --json as OpenTelemetry writes it', async () => {
  const said = await run('trace', runId)
  expect(said.stdout.split('\n')[0]).toMatch(new RegExp(`^run ask {2}${runId} {2}[\\d.]+ s$`))
  expect(said.stdout).toMatch(/^ {2}tool search_holdings/m)
  const otlp = commandOutputs.trace.parse(oneDocument(await run('trace', runId, '--json')))
  expect(otlp.resourceSpans[0]?.scopeSpans[0]?.spans.filter(({ parentSpanId }) => parentSpanId === '').length).toBe(1)
})

test('SLO-01 DRF-01 incidents and drift are typed', async () => {
  const incidents = await run('incidents', 'list')
  expect([incidents.code, incidents.stdout]).toEqual([
    0,
    expect.stringMatching(/^No incident\.\nWithin a week:\n {2}agent ask: 0 of 1 failed/),
  ])
  commandOutputs['incidents list'].parse(oneDocument(await run('incidents', 'list', '--all', '--json')))
  const drift = await run('drift')
  expect([drift.code, drift.stdout.match(/^ {2}\w+/gm)]).toEqual([0, ['  policy', '  agents', '  prompts', '  models', '  files']])
  commandOutputs.drift.parse(oneDocument(await run('drift', '--json')))
})

test('OBS-09 both reviews come from the store, one of them into a file that was not there', async () => {
  expect((await run('report', 'weekly')).stdout).toContain('## 6. Launch, pause, resume')
  const out = join(folder, 'review.md')
  const written = await run('report', '--fortnight', '--out', out)
  expect([written.code, readFileSync(out, 'utf8').includes('## Safety')]).toEqual([0, true])
  expect((await run('report', '--fortnight', '--out', out)).code).toBe(1)
  commandOutputs.report.parse(oneDocument(await run('report', '--json')))
})

/**
 * A question on a station with one tier: `tier-journey.ts DATA SETUP above` adds the tier and asks what is above its clearance;
 * `… within` asks what it may have, and lets it go. Prints what became of it as one JSON document.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import * as z from 'zod'
import { EndpointDraft, EndpointSecret } from '../../main/domain/endpoint.ts'
import { unclassified } from '../../main/domain/label.ts'
import { approveOpen, call, ingest, settled, startOwnCore } from './own-core.ts'

const [data = '', setup = '', phase = ''] = process.argv.slice(2)
const question = 'How deep is the eastern quay?'
const Setup = z.strictObject({ draft: EndpointDraft, secret: EndpointSecret, folder: z.string() })

const { process: child, core } = await startOwnCore(data)
if (phase === 'above') {
  const { draft, secret, folder } = Setup.parse(JSON.parse(readFileSync(setup, 'utf8')))
  await call(core, 'station.configure', { ceiling: 'secret' })
  const file = join(folder, 'quay.md')
  writeFileSync(file, '# Quay\n\nThe eastern quay is eleven metres deep, as the pilot book says.\n')
  await ingest(core, { sources: [{ path: file }], collection: 'Quays', level: 'unclassified' })
  const { endpoint } = await call(core, 'tiers.add', draft)
  await call(core, 'tiers.secret', { endpointId: endpoint.id, secret })
}
const label = phase === 'above' ? {} : { label: unclassified }
const { runId } = await call(core, 'ask.start', { question, tier: 'datacenter', ...label })
let run = await settled(core, runId)
const asked = [...run.holds]
if (run.status === 'held') {
  await approveOpen(core, runId)
  run = await settled(core, runId)
}
const { answer } = await call(core, 'ask.answer', { runId })
const refusals = (await call(core, 'runs.events', { runId, limit: 200 })).items.flatMap(({ event }) =>
  event.type === 'route.decided' ? event.refused.map(({ reason }) => reason) : [],
)
const { allowed, denied } = (await call(core, 'egress.status', {})).ever
await core.close()
await child.close()
process.stdout.write(
  JSON.stringify({ status: run.status, asked, tier: answer?.tier, fellBack: answer?.fellBack ?? null, refusals, allowed, denied }),
)

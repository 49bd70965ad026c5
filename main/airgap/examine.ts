/** Has a scanner and our own checks look at what lies verified in quarantine. Nothing that was not looked at counts as clean. */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Scanned, Scans, unscanned } from '../domain/airgap/scan.ts'
import { readJson } from '../domain/canonical-json.ts'
import { fail, ok, type Result } from '../domain/result.ts'
import { cancelled } from './copy-part.ts'
import { writeWhole } from './durable.ts'
import type { LoadStation, LoadWatch, Looked } from './load-station.ts'

const infected = ({ id, detail }: Scanned) =>
  fail('bundle.infected', `The scanner found something in ${id}: ${detail}.`, 'Keep the medium apart, and tell your security officer.')
const notScanned = (ids: readonly string[]) =>
  fail(
    'bundle.not_scanned',
    `No scanner has looked at ${ids.slice(0, 10).join(', ')}${ids.length > 10 ? ` and ${ids.length - 10} more` : ''}.`,
    'Have the site’s scanner look and sign for it, or answer for it yourself: --accept-unscanned "why".',
  )

const scansFile = 'scans'

function earlierScans(folder: string): readonly Scanned[] {
  const file = join(folder, scansFile)
  return existsSync(file) ? (Scans.safeParse(readJson(readFileSync(file, 'utf8'))).data ?? []) : []
}

/** `acceptUnscanned` is why a person answers for what no scanner looked at. */
export async function examine(
  station: LoadStation,
  { inspected, plan }: Looked,
  acceptUnscanned: string | null,
  watch: LoadWatch,
): Promise<Result<readonly Scanned[]>> {
  const folder = join(station.places.quarantine, inspected.digest)
  const added = plan.wanted.filter(({ id }) => plan.added.includes(id))
  const before = earlierScans(folder).filter(({ id }) => !plan.added.includes(id))
  const scans: Scanned[] = []
  for (const [at, artifact] of added.entries()) {
    if (watch.signal?.aborted === true) return cancelled
    watch.onStep?.('scan', at, added.length)
    const scanned = await station.scan(join(folder, artifact.sha256.value), artifact, watch.signal)
    if (scanned.outcome === 'infected') return infected(scanned)
    scans.push(scanned)
    // What is in the store already when a load is taken up again was looked at before.
    writeWhole(join(folder, scansFile), JSON.stringify([...before, ...scans]))
  }
  const open = unscanned([...before, ...scans])
  const { site } = inspected.chain.newest.root.roles
  const isSiteSigned = site !== null && inspected.siteSigners.length >= site.threshold
  // Where the root names a site, only its signature counts; elsewhere a named person answers.
  if (open.length > 0 && !isSiteSigned && (acceptUnscanned === null || site !== null)) return notScanned(open)
  for (const [at, artifact] of added.entries()) {
    if (watch.signal?.aborted === true) return cancelled
    watch.onStep?.('structure', at, added.length)
    const checked = await station.structure(join(folder, artifact.sha256.value), artifact, watch.signal)
    if (!checked.ok) return checked
  }
  return ok([...before, ...scans])
}

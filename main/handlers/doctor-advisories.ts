/** What bundles say of the version that runs: advisories that affect it, and weaknesses that nobody has called harmless. */
import { readFileSync } from 'node:fs'
import { Advisory, advisoryLimits, isAffected, openIds, Vex } from '../domain/airgap/advisory.ts'
import type { Artifact } from '../domain/airgap/artifact.ts'
import { readJson } from '../domain/canonical-json.ts'
import { type Check, failed, passed, warning } from './doctor-check.ts'
import type { Services } from './services.ts'

/** Of each id the newest: a later bundle may take back what an earlier one said. */
function newest({ releases }: Services['bundles'], kind: Artifact['kind']): readonly Artifact[] {
  const found = new Map<string, Artifact>()
  for (const { manifest } of releases.list())
    for (const artifact of manifest.artifacts.filter((one) => one.kind === kind && one.status !== 'revoked'))
      found.set(artifact.id, artifact)
  return [...found.values()]
}

function read({ blobs }: Services['bundles'], { sha256, size }: Artifact): unknown {
  if (size > advisoryLimits.bytesMax || !blobs.has({ sha256: sha256.value, size })) return undefined
  return readJson(readFileSync(blobs.path(sha256.value), 'utf8'))
}

export const advisories: Check = {
  id: 'advisories',
  title: 'Advisories',
  find: ({ bundles, version }) => {
    const [papers, statements] = [newest(bundles, 'advisory'), newest(bundles, 'vex')]
    if (papers.length + statements.length === 0) return passed('No bundle has brought any.')
    const said = papers.map((artifact) => Advisory.safeParse(read(bundles, artifact)))
    const vex = statements.map((artifact) => Vex.safeParse(read(bundles, artifact)))
    if ([...said, ...vex].some(({ success }) => !success))
      return warning('An advisory is here that this version cannot read.', 'Load a newer Holdfast; until then ask whoever sent the bundle.')
    const mine = said.flatMap(({ data }) => (data !== undefined && isAffected(data, version) ? [data] : []))
    const open = vex.flatMap(({ data }) => (data === undefined ? [] : openIds(data)))
    const grave = mine.filter(({ severity }) => severity === 'high' || severity === 'critical')
    const shown = (grave.length > 0 ? grave : mine).slice(0, advisoryLimits.shownMax)
    const words = shown.map(({ id, title, severity }) => `${id} (${severity}): ${title}`).join('; ')
    const remedy = shown[0]?.remedy ?? 'Load the next bundle.'
    if (grave.length > 0) return failed(`${mine.length} of ${papers.length} advisories affect version ${version}. ${words}.`, remedy)
    if (mine.length > 0) return warning(`${mine.length} of ${papers.length} advisories affect version ${version}. ${words}.`, remedy)
    if (open.length > 0)
      return warning(
        `${open.length} known weaknesses of parts are not called harmless: ${open.slice(0, advisoryLimits.shownMax).join(', ')}.`,
        'Ask whoever sends your bundles; the list lies with the bundle.',
      )
    return passed(
      `${papers.length} advisories, none of which affects version ${version}; ${statements.length} lists of weaknesses, none open.`,
    )
  },
}

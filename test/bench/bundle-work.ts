/** One piece of work on a bundle in a process of its own: says how long it took, and how much memory it had at most. */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { readRootFile } from '../../main/airgap/make-root.ts'
import { pack } from '../../main/airgap/pack.ts'
import { signBundle } from '../../main/airgap/sign.ts'
import { artifactLimits } from '../../main/domain/airgap/artifact.ts'
import { readManifest } from '../../main/domain/airgap/manifest.ts'
import { PackList } from '../../main/domain/airgap/pack-list.ts'
import { addRoot, bundleTime, makeStation, people, sha256, tools, trustFirst } from '../support/airgap.ts'

const [work = '', folder = '', ...rest] = process.argv.slice(2)
const say = (ms: number, more: object = {}) => {
  // Kilobytes, as getrusage tells them.
  process.stdout.write(`${JSON.stringify({ ms, residentBytes: process.resourceUsage().maxRSS * 1024, ...more })}\n`)
}

if (work === 'pack') {
  const [seq = '1', baseline = '', ...files] = rest
  const roots = join(folder, 'root')
  if (readRootFile(roots, 1) === null) addRoot(roots)
  const root = readRootFile(roots, 1)
  if (root === null) throw new Error('no root')
  const list = PackList.parse({
    ...{ format: 'holdfast-pack-1', channel: 'stable', version: `1.${seq}.0`, seq: Number(seq), createdAt: bundleTime },
    artifacts: files.map((file) => ({
      ...{ id: file, kind: 'model', name: file, title: file, version: '1', licence: 'Apache-2.0', file: join(folder, file) },
      model: {
        ...{ roles: ['chat'], developer: null, country: null, quantisation: null, contextTokens: null },
        ...{ queryPrefix: '', passagePrefix: '', chatTemplateHash: null },
      },
    })),
  })
  const to = join(folder, `bundle-${seq}`)
  const before = baseline === '' ? null : readManifest(readFileSync(join(folder, baseline, 'BUNDLE.json'), 'utf8'))
  const known = before === null ? [] : [{ digest: sha256(readFileSync(join(folder, baseline, 'BUNDLE.json'))), manifest: before }]
  const from = performance.now()
  const packed = await pack({ list, from: folder, to, root, roots, partBytes: artifactLimits.partBytesMax, baseline: known }, sha256)
  if (!packed.ok) throw new Error(packed.error.message)
  const ms = performance.now() - from
  for (const key of people.builders) await signBundle(to, key, tools)
  say(ms, { omitted: packed.value.omitted })
} else {
  const [data = ''] = rest
  const station = makeStation(data)
  const record = join(data, 'record.json')
  try {
    station.trustRecord = JSON.parse(readFileSync(record, 'utf8')) as typeof station.trustRecord
  } catch {
    trustFirst(station, folder)
  }
  const from = performance.now()
  const loaded = await station.load(folder)
  const ms = performance.now() - from
  if (!loaded.ok) throw new Error(`${loaded.error.code} ${loaded.error.message}`)
  writeFileSync(record, JSON.stringify(station.trustRecord))
  say(ms, { copied: 'loaded' in loaded.value ? loaded.value.loaded.plan.copyBytes : 0 })
}

/** Bundles that bring documents and policies, and a station that takes them in. */
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { packDataset } from '../../main/airgap/pack-dataset.ts'
import { writeBundledPolicy } from '../../main/domain/airgap/bundled-policy.ts'
import type { PackList } from '../../main/domain/airgap/pack-list.ts'
import { type Label, unclassified } from '../../main/domain/label.ts'
import type { OpenApp } from './open-app.ts'
import type { SignedPolicy } from './policies.ts'

type Entry = PackList['artifacts'][number]
const common = { platform: null, licence: 'Apache-2.0', upstream: null, status: 'active', model: null } as const

/** A dataset of these texts by name; `file` is the archive, made below `folder`. */
export async function datasetOf(
  folder: string,
  version: string,
  texts: Readonly<Record<string, string>>,
  collection: { readonly name: string; readonly label: Label } = { name: 'Harbour orders', label: unclassified },
): Promise<Entry> {
  const documents = join(folder, `documents-${version}`)
  for (const [name, text] of Object.entries(texts)) {
    mkdirSync(join(documents, name, '..'), { recursive: true })
    writeFileSync(join(documents, name), text)
  }
  const file = join(folder, `orders-${version}.tar.zst`)
  const packed = await packDataset(documents, file)
  if (!packed.ok) throw new Error(packed.error.message)
  return { ...common, id: 'orders', kind: 'dataset', name: 'orders', title: 'Orders of the harbour', version, collection, file }
}

export function policyOf(folder: string, version: number, signed: SignedPolicy): Entry {
  const file = join(folder, `policy-${version}.json`)
  writeFileSync(file, writeBundledPolicy(signed))
  return {
    ...common,
    id: 'policy',
    kind: 'policy',
    name: 'policy',
    title: 'Policy of the site',
    version: String(version),
    collection: null,
    file,
  }
}

/** The work on a bundle that was begun, at its end. */
export async function finished(core: OpenApp) {
  for (;;) {
    const { work } = await core.call('bundles.status')
    if (work?.state !== 'running') return work
    await wait(10)
  }
}
export async function load(core: OpenApp, path: string) {
  await core.call('bundles.load', { path, acceptUnscanned: 'Written by this very test.' })
  return finished(core)
}
/** Taken in, let serve, and all documents read. */
export async function bring(core: OpenApp, { folder, digest }: { readonly folder: string; readonly digest: string }) {
  const loaded = await load(core, folder)
  if (loaded?.state !== 'done') throw new Error(loaded?.failure?.message ?? 'not loaded')
  await core.call('bundles.activate', { digest })
  const work = await finished(core)
  await core.app.idle()
  return work
}

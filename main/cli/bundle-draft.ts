/** `holdfast bundle draft`: a list to pack, from a folder that was collected, with programs, documents and a policy beside it. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { stringify } from 'yaml'
import type { CommandOutput } from '../contract/cli.ts'
import { draftList } from '../domain/airgap/draft-list.ts'
import { PackList } from '../domain/airgap/pack-list.ts'
import { productOf } from '../domain/airgap/product-names.ts'
import { readJson } from '../domain/canonical-json.ts'
import { Collected } from '../domain/collected.ts'
import { type LabelName, labelFromName, marking } from '../domain/label.ts'
import { ModelList } from '../domain/model-manifest.ts'
import { fail, ok, type Result } from '../domain/result.ts'
import { fromInvocation } from '../platform/paths.ts'
import { productVersion } from '../version.ts'
import { agentsEntry, datasetEntry, policyEntry } from './bundle-carried.ts'
import { timeOf } from './bundle-roots.ts'
import { readText } from './key-files.ts'
import { plain, type Spoken } from './output.ts'

const listFile = join(import.meta.dirname, '..', '..', 'models-manifest', 'edge.json')
const bytesMax = 4 * 1024 * 1024

export interface DraftOptions {
  readonly seq: number
  readonly policy?: string
  readonly dataset?: readonly string[]
  readonly agents?: readonly string[]
  readonly level?: LabelName
  readonly release?: string
  readonly app?: readonly string[]
  readonly created?: string
}

const notCollected = fail(
  'bundle.not_collected',
  'There is no collected.json here that can be read.',
  'Name the folder that npm run collect wrote.',
)

function appOf(file: string): Result<PackList['artifacts'][number]> {
  const product = productOf(basename(file))
  if (product === null)
    return fail(
      'bundle.not_a_product',
      `${plain(file)} does not bear the name of an appliance or of a desktop package.`,
      'Name the file that npm run appliance or npm run desktop:package wrote: .tar.zst of the appliance, .deb, .rpm, .zip or setup.exe.',
    )
  return ok({
    ...{ ...product, licence: 'Apache-2.0', upstream: null, status: 'active', model: null, collection: null },
    file: fromInvocation(file),
  })
}

/** What was collected; nothing, where there is no such folder and something else is to be packed. */
function collectedIn(at: string, isNeeded: boolean): Result<Pick<Collected, 'artifacts'>> {
  const file = join(at, 'collected.json')
  if (!isNeeded && !existsSync(file)) {
    mkdirSync(at, { recursive: true })
    return ok({ artifacts: [] })
  }
  const text = readText(file, bytesMax)
  const collected = Collected.safeParse(text.ok ? readJson(text.value) : null)
  return collected.success ? ok(collected.data) : notCollected
}

export async function bundleDraft(folder: string, options: DraftOptions): Promise<Result<Spoken<CommandOutput<'bundle draft'>>>> {
  const at = fromInvocation(folder)
  const file = join(at, 'pack.yaml')
  if (existsSync(file)) return fail('bundle.taken', `${plain(file)} is there already.`, 'Move it away, or pack it.')
  const { app = [], dataset = [], agents = [], policy } = options
  const collected = collectedIn(at, app.length + dataset.length + agents.length === 0 && policy === undefined)
  if (!collected.ok) return collected
  const { models } = ModelList.parse(JSON.parse(readFileSync(listFile, 'utf8')))
  const { serves, artifacts } = draftList(collected.value, models)
  const apps: PackList['artifacts'] = []
  for (const archive of app) {
    const entry = appOf(archive)
    if (!entry.ok) return entry
    apps.push(entry.value)
  }
  const label = labelFromName(options.level ?? 'unclassified')
  const carried: PackList['artifacts'] = []
  if (policy !== undefined) {
    const entry = policyEntry(policy, at)
    if (!entry.ok) return entry
    carried.push(entry.value)
  }
  for (const documents of dataset) {
    const entry = await datasetEntry(documents, at, label)
    if (!entry.ok) return entry
    carried.push(entry.value)
  }
  for (const pack of agents) {
    const entry = await agentsEntry(pack)
    if (!entry.ok) return entry
    carried.push(entry.value)
  }
  const list = PackList.safeParse({
    ...{ format: 'holdfast-pack-1', channel: 'stable', version: options.release ?? productVersion, seq: options.seq },
    ...{ createdAt: timeOf(options.created), label, serves, artifacts: [...apps, ...artifacts, ...carried] },
  })
  if (!list.success)
    return fail('bundle.list_wrong', `No list came of it: ${list.error.issues[0]?.message ?? ''}`, 'Look at collected.json.')
  writeFileSync(file, stringify(list.data, { lineWidth: 140 }))
  return ok({
    value: { file, artifacts: list.data.artifacts.map(({ id }) => id), serves: list.data.serves },
    lines: [
      plain(file),
      ...list.data.artifacts.map(({ id, title, licence }) => `  ${id}  ${plain(title)} (${licence})`),
      `Serves: ${
        Object.entries(serves)
          .flatMap(([role, id]) => (id === null ? [] : [`${role} ${id}`]))
          .join(', ') || 'no model'
      }`,
      ...carried.flatMap(({ id, collection }) =>
        collection === null
          ? []
          : [`${id} goes into the collection “${plain(collection.name)}”, from ${marking(collection.label)} up: correct it in the list.`],
      ),
      'Look at it, complete it, then: holdfast bundle pack',
    ],
  })
}

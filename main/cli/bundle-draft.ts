/** `holdfast bundle draft`: a list to pack, from a folder that was collected. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { stringify } from 'yaml'
import type { CommandOutput } from '../contract/cli.ts'
import { draftList } from '../domain/airgap/draft-list.ts'
import { PackList } from '../domain/airgap/pack-list.ts'
import { productOf } from '../domain/airgap/product-names.ts'
import { readJson } from '../domain/canonical-json.ts'
import { Collected } from '../domain/collected.ts'
import { ModelList } from '../domain/model-manifest.ts'
import { fail, ok, type Result } from '../domain/result.ts'
import { fromInvocation } from '../platform/paths.ts'
import { productVersion } from '../version.ts'
import { timeOf } from './bundle-roots.ts'
import { readText } from './key-files.ts'
import { plain, type Spoken } from './output.ts'

const listFile = join(import.meta.dirname, '..', '..', 'models-manifest', 'edge.json')
const bytesMax = 4 * 1024 * 1024

export interface DraftOptions {
  readonly seq: number
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

export function bundleDraft(folder: string, options: DraftOptions): Result<Spoken<CommandOutput<'bundle draft'>>> {
  const at = fromInvocation(folder)
  const text = readText(join(at, 'collected.json'), bytesMax)
  const collected = Collected.safeParse(text.ok ? readJson(text.value) : null)
  if (!collected.success) return notCollected
  const { models } = ModelList.parse(JSON.parse(readFileSync(listFile, 'utf8')))
  const { serves, artifacts } = draftList(collected.data, models)
  const apps: PackList['artifacts'] = []
  for (const file of options.app ?? []) {
    const app = appOf(file)
    if (!app.ok) return app
    apps.push(app.value)
  }
  const list = PackList.safeParse({
    ...{ format: 'holdfast-pack-1', channel: 'stable', version: options.release ?? productVersion, seq: options.seq },
    ...{ createdAt: timeOf(options.created), serves, artifacts: [...apps, ...artifacts] },
  })
  if (!list.success)
    return fail('bundle.list_wrong', `No list came of it: ${list.error.issues[0]?.message ?? ''}`, 'Look at collected.json.')
  const file = join(at, 'pack.yaml')
  if (existsSync(file)) return fail('bundle.taken', `${plain(file)} is there already.`, 'Move it away, or pack it.')
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
      'Look at it, complete it, then: holdfast bundle pack',
    ],
  })
}

/** A list to pack, begun from what was collected: a person looks at it, completes it and signs for it. */
import type { Collected } from '../collected.ts'
import type { ListedModel } from '../model-manifest.ts'
import type { ModelFacts } from './artifact.ts'
import type { PackList } from './pack-list.ts'

const limits = { idChars: 80, nameChars: 32, versionChars: 8 } as const

/** What a name of the connected side becomes on media of every kind. */
export const portable = (text: string, chars: number): string =>
  text
    .toLowerCase()
    .replaceAll(/[^a-z0-9.-]+/g, '-')
    .replaceAll(/\.{2,}/g, '.')
    .slice(0, chars)
    .replaceAll(/^[.-]+|[.-]+$/g, '')

type Entry = PackList['artifacts'][number]
type Draft = Pick<PackList, 'serves' | 'artifacts'>

function factsOf(listed: ListedModel): ModelFacts {
  const { roles, developer, country, quantisation, contextTokens, queryPrefix, passagePrefix, chatTemplateHash } = listed
  return {
    ...{ roles, developer, country, quantisation, contextTokens, chatTemplateHash },
    ...{ queryPrefix: queryPrefix ?? '', passagePrefix: passagePrefix ?? '' },
  }
}

/** Kinds that tools of the connected side have, and that go across as part of something else, are left out. */
export function draftList({ artifacts }: Pick<Collected, 'artifacts'>, models: readonly ListedModel[]): Draft {
  const entries: Entry[] = []
  const serves: PackList['serves'] = { chat: null, embed: null, rerank: null }
  for (const { id, kind, name, version, file, licence, upstream } of artifacts) {
    if (kind !== 'model' && kind !== 'ocr-data') continue
    const listed = models.find((model) => model.id === id)
    // Without what the list says of it, nobody could say what it is for.
    if (kind === 'model' && listed === undefined) continue
    const own = portable(id, limits.idChars)
    entries.push({
      ...{ id: own, kind, name: portable(id, limits.nameChars), title: (listed?.name ?? name).slice(0, 120) },
      ...{ version: portable(version, limits.versionChars) || '1', platform: null, licence, upstream, status: 'active' },
      ...{ model: listed === undefined ? null : factsOf(listed), collection: null, file },
    })
    for (const role of listed?.roles ?? []) serves[role] ??= own
  }
  return { serves, artifacts: entries }
}

/** `holdfast documents list|show|relabel|remove`. */
import type { CommandOutput } from '../contract/cli.ts'
import type { DocumentSummary } from '../contract/holdings.ts'
import { type Label, marking } from '../domain/label.ts'
import { ok, type Result } from '../domain/result.ts'
import type { CommandCore } from './core.ts'
import { plain, type Spoken } from './output.ts'

const documentsPerCall = 200

const describe = ({ id, label, collection, file, passages, pages }: DocumentSummary): string =>
  `${id}  ${marking(label).padEnd(12)}  ${plain(collection)} / ${plain(file)}  (${passages} passages${pages > 0 ? `, ${pages} pages` : ''})`

export async function documentsList(
  core: CommandCore,
  collection: string | undefined,
): Promise<Result<Spoken<CommandOutput<'documents list'>>>> {
  const items: DocumentSummary[] = []
  for (;;) {
    const page = await core.call('documents.list', {
      ...(collection === undefined ? {} : { collection }),
      limit: documentsPerCall,
      offset: items.length,
    })
    if (!page.ok) return page
    items.push(...page.value.items)
    const { total } = page.value
    if (page.value.items.length > 0 && items.length < total) continue
    return ok({
      value: { items, total },
      lines: total === 0 ? ['No documents yet. Import some with `holdfast ingest PATH`.'] : items.map(describe),
    })
  }
}

export async function documentsShow(core: CommandCore, documentId: string): Promise<Result<Spoken<CommandOutput<'documents show'>>>> {
  const found = await core.call('documents.get', { documentId })
  if (!found.ok) return found
  const { document, blockCount, broughtBy } = found.value
  const source =
    broughtBy === null
      ? []
      : [
          `  came with the bundle ${broughtBy.channel} ${broughtBy.seq} (${broughtBy.bundle.slice(0, 12)}), dataset ${plain(broughtBy.title)} ${broughtBy.version}`,
        ]
  const missing = document.missing.map(({ where, reason }) => `  not read: ${where}, ${reason}`)
  return ok({
    value: found.value,
    lines: [describe(document), `  ${document.format}, ${document.bytes} bytes, ${blockCount} paragraphs and rows`, ...missing, ...source],
  })
}

export async function documentsRelabel(
  core: CommandCore,
  documentId: string,
  { label, reason }: { readonly label: Label; readonly reason?: string },
): Promise<Result<Spoken<CommandOutput<'documents relabel'>>>> {
  const changed = await core.call('documents.relabel', { documentId, label, ...(reason === undefined ? {} : { reason }) })
  if (!changed.ok) return changed
  const { from, to } = changed.value.history.at(-1) ?? { from: null, to: changed.value.label }
  return ok({
    value: changed.value,
    lines: [`${documentId}: ${from === null ? '' : `${marking(from)} → `}${marking(to)}, with its passages.`],
  })
}

export async function documentsRemove(core: CommandCore, documentId: string): Promise<Result<Spoken<CommandOutput<'documents remove'>>>> {
  const removed = await core.call('documents.remove', { documentId })
  return removed.ok ? ok({ value: removed.value, lines: [`Removed ${documentId} with its passages and vectors.`] }) : removed
}

/** `holdfast ingest PATH…`: imports files or folders and says what became of each. */
import type { CommandOutput } from '../contract/cli.ts'
import type { ImportedFile } from '../contract/holdings.ts'
import type { Label, LabelName } from '../domain/label.ts'
import { ok, type Result } from '../domain/result.ts'
import { fromInvocation } from '../platform/paths.ts'
import type { CommandCore } from './core.ts'
import { bar, createStatusLine, plain, type Spoken } from './output.ts'

export interface IngestOptions {
  readonly collection?: string
  readonly level?: LabelName
  readonly label?: Label
}

const filesPerCall = 200

function describe({ file, outcome, passages, pages, missing, reason, hint }: ImportedFile): string {
  const name = plain(file)
  const size = `${passages} ${passages === 1 ? 'passage' : 'passages'}${pages > 0 ? `, ${pages} ${pages === 1 ? 'page' : 'pages'}` : ''}`
  switch (outcome) {
    case 'indexed':
      return `  indexed    ${name}  (${size})`
    case 'indexed_in_part':
      return `  in part    ${name}  (${size}; not read: ${missing.map(({ where, reason: why }) => `${where}, ${why}`).join('; ')})`
    case 'duplicate':
      return `  duplicate  ${name}  (the same bytes are here already)`
    case 'refused':
      return `  refused    ${name}  ${reason ?? ''} ${hint ?? ''}`
    default:
      return `  ${outcome.padEnd(9)}  ${name}`
  }
}

async function allFiles(core: CommandCore, importId: string): Promise<Result<ImportedFile[]>> {
  const files: ImportedFile[] = []
  for (;;) {
    const page = await core.call('imports.files', { importId, limit: filesPerCall, offset: files.length })
    if (!page.ok) return page
    files.push(...page.value.items)
    if (page.value.items.length === 0 || files.length >= page.value.total) return ok(files)
  }
}

export async function ingest(
  core: CommandCore,
  paths: readonly string[],
  options: IngestOptions,
): Promise<Result<Spoken<CommandOutput<'ingest'>>>> {
  const status = createStatusLine()
  const finished = Promise.withResolvers<void>()
  let importId: string | null = null
  // Watching begins before the import does, so that its end cannot be missed.
  const stop = core.subscribe(null, (item) => {
    if (item.kind === 'snapshot' && importId !== null && !item.imports.some(({ id }) => id === importId)) finished.resolve()
    if (item.kind !== 'import' || (importId !== null && item.import.id !== importId)) return
    status.show(`Importing  ${bar(item.import.totals.done, item.import.totals.files)}`)
    if (importId !== null && item.import.state !== 'running') finished.resolve()
  })
  try {
    const sources = paths.map((path) => ({ path: fromInvocation(path) }))
    const started = await core.call('imports.start', { sources, ...options })
    if (!started.ok) return started
    importId = started.value.importId
    const now = await core.call('imports.get', { importId })
    if (now.ok && now.value.state === 'running') await finished.promise
    status.show('Making vectors…')
    await core.idle()
    const [summary, files] = [await core.call('imports.get', { importId }), await allFiles(core, importId)]
    if (!summary.ok) return summary
    if (!files.ok) return files
    const { totals, collection } = summary.value
    const head = `${totals.files} ${totals.files === 1 ? 'file' : 'files'} into “${collection}”: ${totals.indexed} indexed, ${totals.inPart} in part, ${totals.duplicates} duplicates, ${totals.refused} refused.`
    return ok({
      value: { import: summary.value, files: files.value },
      lines: [head, ...files.value.map(describe)],
      isFailure: totals.refused > 0 || summary.value.state === 'cancelled',
    })
  } finally {
    stop()
    status.clear()
  }
}

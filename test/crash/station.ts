/** A data folder with what the killed runs read: one passage, one table, and a model, made once and copied for each station. */
import { cpSync, existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { tinyModels } from '../support/models.ts'
import { factsFile, tableFile } from './crash-agent.ts'
import type { Starter } from './killable-core.ts'

export interface Prepared {
  readonly data: string
  /** The id of the imported table. */
  readonly table: string
  readonly modelId: string
}

export interface Station extends Prepared {
  readonly outside: string
}

/** Runs a core once, orderly, until all is imported. */
export async function prepare(starter: Starter, folder: string): Promise<Prepared> {
  const data = join(folder, 'prepared')
  const sources = join(folder, 'sources')
  mkdirSync(sources, { recursive: true })
  for (const { name, text } of [factsFile, tableFile]) writeFileSync(join(sources, name), text)
  const core = await starter.begin({ data, outside: folder })
  const model = await core.call('models.import', { source: { path: tinyModels(folder).decoder } })
  const started = await core.call('imports.start', { sources: [{ path: sources }] })
  for (;;) {
    const found = await core.call('imports.get', { importId: started?.importId })
    if (found?.state !== 'running') break
    await sleep(20)
  }
  const listed = await core.call('documents.list', { contains: tableFile.name })
  await core.close()
  const table = listed?.items[0]?.id
  if (table === undefined || model === null) throw new Error('the station was not prepared')
  return { data, table, modelId: model.id }
}

export function copyStation({ data, table, modelId }: Prepared, folder: string): Station {
  mkdirSync(folder, { recursive: true })
  const copy = join(folder, 'data')
  // Child processes of the core that was closed are gone, and its socket with it.
  cpSync(data, copy, { recursive: true, filter: (path) => !path.endsWith('.sock') })
  if (!existsSync(copy)) throw new Error('the station was not copied')
  return { data: copy, table, modelId, outside: folder }
}

/** What the unpacked files of a dataset are called: kept beside them, under their numbers, until all of them were looked at. */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import * as z from 'zod'
import { datasetLimits } from '../domain/airgap/dataset.ts'
import { readJson } from '../domain/canonical-json.ts'
import { writeWhole } from './durable.ts'

/** No file of a dataset is called so: they are numbers. */
const listName = 'names.json'

const Names = z.array(z.string()).max(datasetLimits.filesMax)

export const writeDatasetList = (folder: string, names: readonly string[]): void =>
  writeWhole(join(folder, listName), JSON.stringify(names))

/** In the order of their numbers; null where there is no such list any more. */
export function readDatasetList(folder: string): ReadonlyArray<{ readonly path: string; readonly file: string }> | null {
  const at = join(folder, listName)
  const names = Names.safeParse(existsSync(at) ? readJson(readFileSync(at, 'utf8')) : null)
  return names.success ? names.data.map((file, number) => ({ path: join(folder, String(number)), file })) : null
}

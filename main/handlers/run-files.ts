/** Runs as files: out in pieces, and in after every part was checked. */
import { rm } from 'node:fs/promises'
import { isAbsolute } from 'node:path'
import type { RunSummary } from '../contract/runs.ts'
import type { Caller, Handlers } from '../dispatch.ts'
import { fail, ok, type Result } from '../domain/result.ts'
import { isOwnFile } from '../memory/expand-sources.ts'
import { inferenceBuild } from '../models/engine-build.ts'
import { toRun } from './runs.ts'
import { operator, type Services } from './services.ts'
import { uploadPath } from './uploads.ts'

const notAbsolute = fail('runfile.bad_path', 'A path must be absolute.', 'Give the whole path.')
const own = fail(
  'runfile.own_data',
  'This lies in the data folder of Holdfast itself.',
  'Choose the file where it was brought to, outside the data folder.',
)
const incomplete = fail('upload.incomplete', 'The file has not been sent completely.', 'Send the rest of it first.')
const unknown = fail('run.unknown', 'There is no such run.', 'List the runs to see what there is.')

type Names = 'runs.export' | 'runs.import'

export const runFileHandlers = (services: Services): Pick<Handlers, Names> => {
  const { reader, paths, tenant, version, ceiling, carryIn, runs, uploads } = services
  const engine = { holdfast: version, inference: inferenceBuild() }

  const take = async (path: string, caller: Caller): Promise<Result<RunSummary>> => {
    const checked = await reader.checkRunFile({ path, tenant, ceiling: ceiling() })
    if (!checked.ok) return checked
    if (!checked.value.ok) return checked.value
    const carried = carryIn(checked.value.value, operator(caller))
    const row = carried.ok ? runs.get(carried.value) : null
    if (!carried.ok) return carried
    return row === null ? unknown : ok(toRun(services, row))
  }

  return {
    'runs.export': async ({ runId, offset }) => {
      const exported = await reader.exportRun({ runId, tenant, blobs: paths.blobs, engine }, offset)
      if (!exported.ok) return exported
      if (!exported.value.ok) return exported.value
      const { chars, sizeBytes, sha256, text } = exported.value.value
      return ok({ fileName: `${runId}.holdfast-run.json`, chars, sizeBytes, digest: { alg: 'sha256', value: sha256 }, offset, text })
    },
    'runs.import': async ({ source }, caller) => {
      if ('path' in source) {
        if (!isAbsolute(source.path)) return notAbsolute
        return isOwnFile(paths.data, source.path) ? own : take(source.path, caller)
      }
      const upload = uploads.get(source.uploadId)
      if (upload === null || upload.received !== upload.size) return incomplete
      const path = uploadPath(services, upload.id)
      const taken = await take(path, caller)
      await rm(path, { force: true })
      uploads.remove(upload.id)
      return taken
    },
  }
}

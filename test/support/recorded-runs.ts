/** Runs that earlier and present releases recorded, as their exports lie in the fixtures. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { canonicalJson } from '../../main/domain/canonical-json.ts'
import { type Label, unclassified } from '../../main/domain/label.ts'
import { chainStart, hashEvent } from '../../main/domain/recorded-event.ts'
import { checkRunFile, type RunFileChecks } from '../../main/domain/run/check-run-file.ts'
import type { RunFile } from '../../main/domain/run/run-file.ts'
import { defaultTenant } from '../../main/domain/tenant.ts'
import { commitmentOf } from '../../main/store/body-reader.ts'
import { sha256 } from '../../main/store/event-log.ts'

export const recordedFolder = join(import.meta.dirname, '../fixtures/runs')

export const recordedRuns: ReadonlyArray<{ readonly name: string; readonly path: string; readonly text: string }> = readdirSync(
  recordedFolder,
)
  .sort()
  .map((name) => ({ name, path: join(recordedFolder, name), text: readFileSync(join(recordedFolder, name), 'utf8') }))

/** The recording whose name ends so. */
export function recordedRun(ending: string): { readonly name: string; readonly path: string; readonly text: string } {
  const found = recordedRuns.findLast(({ name }) => name.endsWith(`-${ending}.json`))
  if (found === undefined) throw new Error(`no run was recorded as ${ending}`)
  return found
}

const checks: RunFileChecks = {
  sha256,
  commit: (salt, text) => commitmentOf(Buffer.from(salt, 'hex'), text),
  tenant: defaultTenant,
  ceiling: unclassified,
}

export const checkRecorded = (text: string, ceiling: Label = unclassified) => checkRunFile(text, { ...checks, ceiling })

/** The file as plain data that a test may change. */
export const parseRecorded = (text: string): RunFile => JSON.parse(text) as RunFile

/** The file with something changed and every hash made to fit, as someone would who knows how the chain is made. */
export function chainedAnew(text: string, change: (file: RunFile) => unknown): string {
  const file = parseRecorded(text)
  change(file)
  let previous = chainStart
  const events = file.events.map(({ hash: _hash, ...event }, index) => {
    const unsigned = { ...event, version: index + 1, previous }
    previous = hashEvent(unsigned, sha256)
    return { ...unsigned, hash: previous }
  })
  return canonicalJson({ ...file, events })
}

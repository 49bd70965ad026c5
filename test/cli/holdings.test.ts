/** Floors of collections, and who answers for papers, from the command line: what each command says and gives back. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, expect, test } from 'vitest'
import { authoritySet, authorityShow } from '../../main/cli/authority.ts'
import { collectionsList, collectionsRelabel } from '../../main/cli/collections.ts'
import type { CommandCore } from '../../main/cli/core.ts'
import { commandOutputs } from '../../main/contract/cli.ts'
import { labelFromName, unclassified } from '../../main/domain/label.ts'
import { commandCore } from '../support/command-core.ts'
import { openApp } from '../support/open-app.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

const folder = temporaryFolder()
let core: CommandCore

beforeAll(async () => {
  const { app, call, ingest } = await openApp(join(folder, 'data'))
  await call('station.configure', { ceiling: 'secret' })
  writeFileSync(join(folder, 'quay.md'), '# Quay\n\nIt is eleven metres deep.\n')
  await ingest([join(folder, 'quay.md')], { collection: 'Quays', level: 'unclassified' })
  core = commandCore(app)
})

test('LBL-01 CLI-01 a floor is listed, raised with its documents, and lowered for a reason alone', async () => {
  const list = async () => {
    const listed = await collectionsList(core)
    if (!listed.ok) throw new Error(listed.error.code)
    return commandOutputs['collections list']
      .parse(listed.value.value)
      .items.map(({ name, label, documents }) => [name, label.level, documents])
  }
  expect(await list()).toEqual([['Quays', 'unclassified', 1]])
  const raised = await collectionsRelabel(core, 'Quays', { label: labelFromName('secret') })
  expect(raised).toMatchObject({ ok: true, value: { lines: ['Quays  at least SECRET  (1 document)'] } })
  expect(await collectionsRelabel(core, 'Quays', { label: unclassified })).toMatchObject({ error: { code: 'label.no_reason' } })
  const lowered = await collectionsRelabel(core, 'Quays', { label: unclassified, reason: 'It was published.' })
  expect(lowered.ok && commandOutputs['collections relabel'].parse(lowered.value.value).label.level).toBe('unclassified')
  expect(await collectionsRelabel(core, 'Nowhere', { label: unclassified })).toMatchObject({ error: { code: 'collection.unknown' } })
})

test('CLI-01 who answers for papers is set part by part', async () => {
  const first = await authoritySet(core, { classifiedBy: 'Harbour Master', derivedFrom: 'Pilot book' })
  expect(first).toMatchObject({
    ok: true,
    value: { lines: ['Classified by: Harbour Master', 'Derived from: Pilot book', 'Declassify on: '] },
  })
  await authoritySet(core, { declassifyOn: '2036-11-29' })
  const shown = await authorityShow(core)
  expect(shown.ok && commandOutputs['authority show'].parse(shown.value.value)).toEqual({
    ...{ classifiedBy: 'Harbour Master', derivedFrom: 'Pilot book', declassifyOn: '2036-11-29' },
  })
})

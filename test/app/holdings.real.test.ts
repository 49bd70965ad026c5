/** What is held: labels and their ceiling, duplicates, and removal down to the last byte. */
import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, test, vi } from 'vitest'
import { labelFromName } from '../../main/domain/label.ts'
import { openReader, openStore } from '../../main/store/open.ts'
import { faultsOf } from '../support/check-store.ts'
import { type OpenApp, openApp } from '../support/open-app.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

const folder = temporaryFolder()
const file = (name: string, text: string): string => {
  const path = join(folder, name)
  writeFileSync(path, text)
  return path
}

describe('LBL-01 labels', () => {
  let core: OpenApp
  const open = file('open.md', '# Open\n\nThe basalt pump at the north gate failed at 14:05.\n')
  const secret = file('secret.md', '# Secret\n\nThe basalt pump in the vault failed at 02:40.\n')
  beforeAll(async () => {
    core = await openApp(join(folder, 'labels'))
  })

  test('without a ceiling the station holds nothing above the lowest level', async () => {
    expect((await core.call('station.status')).ceiling).toBeNull()
    expect(await core.codeOf('imports.start', { sources: [{ path: secret }], level: 'confidential' })).toBe('label.above_ceiling')
    expect((await core.call('imports.list')).total).toBe(0)
    expect((await core.call('collections.list')).items).toEqual([])
  })

  test('material above the ceiling is refused as a suspected spill, and leaves nothing', async () => {
    await core.call('station.configure', { ceiling: 'secret' })
    expect(await core.codeOf('imports.start', { sources: [{ path: secret }], level: 'top_secret' })).toBe('label.above_ceiling')
    expect((await core.call('imports.list')).total).toBe(0)
  })

  test('unlabelled material takes the floor of its collection, a new collection the ceiling', async () => {
    await core.ingest([open], { collection: 'Open', level: 'unclassified' })
    await core.ingest([secret], { collection: 'Vault' })
    await core.ingest([file('later.md', '# Later\n\nThe granite pump in the vault.\n')], { collection: 'Vault', level: 'unclassified' })
    await core.ingest([file('third.md', '# Third\n\nThe marble pump at the gate.\n')], { collection: 'Open' })
    const { items } = await core.call('documents.list')
    expect(Object.fromEntries(items.map(({ file: name, label }) => [name, label.level]))).toEqual({
      'open.md': 'unclassified',
      'third.md': 'unclassified',
      'secret.md': 'secret',
      'later.md': 'secret',
    })
  })

  test('the ceiling cannot be lowered below what is held, and an answer carries the label of its sources', async () => {
    expect(await core.codeOf('station.configure', { ceiling: 'confidential' })).toBe('station.ceiling_too_low')
    expect((await core.call('station.status')).highest.level).toBe('secret')
    const run = await core.ask('When did the basalt pump in the vault fail?')
    const { answer } = await core.call('ask.answer', { runId: run.id })
    expect(answer?.citations.map(({ file: name }) => name)).toContain('secret.md')
    expect(answer?.label.level).toBe('secret')
  })

  test('a goal is held before any run is: the ceiling cannot be lowered below it', async () => {
    const other = await openApp(join(folder, 'goal'))
    await other.call('station.configure', { ceiling: 'secret' })
    const { missionId } = await other.call('missions.start', { goal: 'Where is the pump?', gates: ['G1'], label: labelFromName('secret') })
    await vi.waitFor(async () => expect((await other.call('missions.get', { missionId })).gate).toBe('G1'), 10_000)
    expect((await other.call('runs.list')).total).toBe(0)
    expect(await other.codeOf('station.configure', { ceiling: 'confidential' })).toBe('station.ceiling_too_low')
    await other.app.close()
  })

  test('a passage above the ceiling is invisible to every search, and takes no place in one', async () => {
    const before = await core.call('search.query', { query: 'basalt pump', top: 1 })
    const hidden = (await core.call('search.query', { query: 'basalt vault pump', top: 5 })).hits.find(
      ({ file: name }) => name === 'secret.md',
    )
    expect(before.hits).toHaveLength(1)
    await core.app.close()
    const db = openStore(core.paths.database)
    db.prepare("UPDATE settings SET value = ? WHERE key = 'station.ceiling'").run(JSON.stringify(labelFromName('unclassified')))
    db.close()
    core = await openApp(join(folder, 'labels'))
    const found = await core.call('search.query', { query: 'basalt vault pump', top: 2 })
    expect(found.hits.map(({ label }) => label.level)).toEqual(['unclassified', 'unclassified'])
    expect(await core.codeOf('passages.get', { passageId: hidden?.passageId })).toBe('passage.unknown')
    const run = await core.ask('When did the basalt pump in the vault fail?')
    const { answer } = await core.call('ask.answer', { runId: run.id })
    expect(JSON.stringify(answer)).not.toContain('02:40')
    expect(answer?.nearest.map(({ file: name }) => name)).not.toContain('secret.md')
  })
})

describe('DOC-05 the same bytes, and their removal', () => {
  let core: OpenApp
  const one = file('one.txt', 'The quartzite pump failed.\n\nIt was repaired.\n')
  const other = join(folder, 'other-name.md')
  beforeAll(async () => {
    copyFileSync(one, other)
    core = await openApp(join(folder, 'removal'))
  })

  const bytesOnDisk = () => readdirSync(core.paths.blobs, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile())
  const rowsLeft = () => {
    const db = openReader(core.paths.database)
    const tables = ['documents', 'blocks', 'passages', 'passage_terms_1_docsize', 'vectors', 'blobs WHERE bytes IS NULL']
    const counts = tables.map((table) => db.prepare(`SELECT count(*) FROM ${table}`).pluck().get())
    db.close()
    return counts
  }

  test('the same bytes are one document in a collection, whatever they are called, and may be in two collections', async () => {
    await core.ingest([one], { collection: 'A' })
    expect((await core.ingest([other], { collection: 'A' })).totals).toMatchObject({ duplicates: 1, indexed: 0 })
    expect((await core.ingest([other], { collection: 'B' })).totals).toMatchObject({ duplicates: 0, indexed: 1 })
    expect((await core.call('documents.list')).total).toBe(2)
    expect(bytesOnDisk()).toHaveLength(1)
  })

  test('removal leaves no passage, vector, index row or file; bytes stay while another collection needs them', async () => {
    const { items } = await core.call('documents.list')
    const [first, second] = items
    await core.call('documents.remove', { documentId: first?.id })
    expect(bytesOnDisk()).toHaveLength(1)
    expect(await core.codeOf('documents.bytes', { documentId: first?.id, offset: 0, length: 10 })).toBe('document.unknown')
    await core.call('documents.remove', { documentId: second?.id })
    expect(bytesOnDisk()).toEqual([])
    expect(rowsLeft()).toEqual([0, 0, 0, 0, 0, 0])
    expect((await core.call('search.query', { query: 'quartzite' })).hits).toEqual([])
    expect(await core.codeOf('documents.remove', { documentId: second?.id })).toBe('document.unknown')
    expect(faultsOf(core.paths)).toEqual([])
  })

  test('a removed file can come again', async () => {
    expect((await core.ingest([one], { collection: 'A' })).totals).toMatchObject({ indexed: 1 })
    expect((await core.call('search.query', { query: 'quartzite' })).hits).toHaveLength(1)
  })

  test('bytes that a crash left without an owner are gone after the next start', async () => {
    const orphan = '0'.repeat(64)
    await core.app.close()
    const db = openStore(core.paths.database)
    db.prepare('INSERT INTO blobs (digest, size, bytes) VALUES (?, 1, null)').run(`sha256:${orphan}`)
    db.close()
    mkdirSync(join(core.paths.blobs, '00'), { recursive: true })
    writeFileSync(join(core.paths.blobs, '00', orphan), 'x')
    writeFileSync(join(core.paths.blobs, 'half.partial'), 'x')
    core = await openApp(join(folder, 'removal'))
    expect(bytesOnDisk()).toHaveLength(1)
    expect(rowsLeft().at(-1)).toBe(1)
  })
})

describe('DOC-06 bad sources', () => {
  test('each ends with its own outcome, no other file is opened, and the import goes on', async () => {
    const core = await openApp(join(folder, 'bad'))
    const files = join(folder, 'bad-files')
    mkdirSync(files)
    writeFileSync(join(files, 'good.md'), '# Good\n\nThe feldspar pump works.\n')
    writeFileSync(join(files, 'wrong.pdf'), 'The feldspar pump in a text file.')
    writeFileSync(join(files, 'empty.md'), '')
    symlinkSync('/etc/passwd', join(files, 'link.txt'))
    const summary = await core.ingest([files, join(folder, 'nowhere.txt')])
    const { items } = await core.call('imports.files', { importId: summary.id })
    expect(Object.fromEntries(items.map(({ file: name, outcome, code }) => [name, code ?? outcome]))).toEqual({
      'empty.md': 'parse.empty',
      'good.md': 'indexed',
      'link.txt': 'parse.not_a_file',
      'wrong.pdf': expect.stringMatching(/^parse\./),
      'nowhere.txt': 'parse.unreadable',
    })
    expect(summary.totals).toMatchObject({ files: 5, done: 5, indexed: 1, refused: 4 })
    expect(existsSync(join(core.paths.data, 'children'))).toBe(true)
    const stored = readdirSync(core.paths.blobs, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile())
    const contents = stored.map((entry) => readFileSync(join(entry.parentPath, entry.name), 'utf8'))
    expect(contents.join()).not.toContain('root:')
  })
})

/** What leaves this account: heads of the log and security events, sent to a socket that listens as the system journal does. */
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { openReader } from '../../main/store/open.ts'
import { listenAsJournal } from '../support/fake-journal.ts'
import { tinyModels } from '../support/models.ts'
import { openApp } from '../support/open-app.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'
import { waitUntil } from '../support/wait-until.ts'

const folder = temporaryFolder()

test('LOG-01 every kind of security event that this release makes is in the log and in the journal, and no text is', async () => {
  const journal = await listenAsJournal(join(folder, 'journal', 'stdout'))
  const files = join(folder, 'files')
  mkdirSync(files)
  writeFileSync(join(files, 'quokkafile.md'), 'Pump quokkaword was inspected at 14:10.\n')
  writeFileSync(join(files, 'empty.txt'), '')
  const core = await openApp(join(folder, 'data'), { journalSocket: journal.address })
  await core.call('station.configure', { ceiling: 'secret' })
  await core.ingest([files])
  const model = await core.call('models.import', { source: { path: tinyModels(folder).decoder } })
  await core.call('models.activate', { modelId: model.id })
  await core.call('models.verify')
  await core.call('search.query', { query: 'quokkaquestion pump' })
  const { items } = await core.call('documents.list')
  const documentId = items[0]?.id ?? ''
  await core.call('documents.get', { documentId })
  expect(await core.codeOf('documents.shred' as never)).toBe('call.unknown')
  await core.call('audit.verify')
  await core.call('audit.export')
  await core.call('station.backup')
  await core.call('documents.remove', { documentId })
  const sealed = await core.call('audit.checkpoint')
  expect(sealed.journal).toMatchObject({ isReachable: true, lost: 0 })
  await core.app.close()
  await waitUntil(() => journal.lines.some((line) => line.includes('core.stopped')), 'the last event')
  await journal.close()

  const made = [
    ...['core.started', 'station.configured', 'import.started', 'document.refused', 'model.admitted', 'model.activated', 'model.verified'],
    ...[
      'search.made',
      'document.viewed',
      'call.denied',
      'audit.verified',
      'export.made',
      'backup.made',
      'document.removed',
      'core.stopped',
    ],
  ]
  const db = openReader(core.paths.database)
  const hashes = db.prepare<[string], { seq: number; hash: string }>('SELECT seq, hash FROM events WHERE type = ?')
  for (const type of made) {
    const recorded = hashes.all(type)
    expect([type, recorded.length > 0]).toEqual([type, true])
    for (const { seq, hash } of recorded)
      expect(journal.lines.filter((line) => line.includes(` seq=${seq} type=${type} `) && line.includes(hash))).toHaveLength(1)
  }
  const heads = db.prepare<[], { json: string }>('SELECT json FROM audit_checkpoints').all()
  db.close()
  const parsed = heads.map(({ json }) => JSON.parse(json) as { size: number; root: { value: string } })
  expect(parsed.length).toBeGreaterThan(1)
  for (const { size, root } of parsed)
    expect(journal.lines.filter((line) => line.startsWith(`<5>head size=${size} root=sha256:${root.value} key=sha256:`))).toHaveLength(1)
  expect(journal.lines.join('\n')).not.toMatch(/quokka|tester/)
  expect(journal.lines.every((line) => /^<[345]>(head|event) /.test(line))).toBe(true)
})

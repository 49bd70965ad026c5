/** Papers out of a whole core, without a model: what they are marked, who may have them, what stands on record, and what a release changes. */
import { existsSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { CallOutput } from '../../main/contract/calls.ts'
import { labelFromName, marking } from '../../main/domain/label.ts'
import { paperFormats } from '../../main/domain/working-paper.ts'
import { runCommand as command } from '../support/command.ts'
import { openApp } from '../support/open-app.ts'
import { readDocument, textOf } from '../support/read-document.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

const folder = temporaryFolder()
const source = join(folder, 'survey.md')
writeFileSync(
  source,
  'SECRET//NOFORN\n\nReport no.: HS-77\n\nIssued by: Port Elsine Harbour Board\n\n(U) The eastern quay of Port Elsine is 9 metres deep at low water.\n\n(S//NF) The convoy of four vessels waits beyond the bar of Port Elsine.\n\nSECRET//NOFORN\n',
)
const secret = { ...labelFromName('secret'), releasability: 'noforn' as const }
const core = await openApp(join(folder, 'data'))
await core.call('station.configure', { ceiling: secret })
await core.ingest([source], { level: 'unclassified' })
const typesOf = async () => (await core.call('audit.status')).events

const bytesOf = ({ data }: CallOutput<'answers.export'>) => Buffer.from(data, 'base64')
const textIn = async (paper: CallOutput<'answers.export'>) =>
  /\.(pdf|docx)$/.test(paper.fileName) ? textOf(await readDocument(paper.fileName, bytesOf(paper))) : bytesOf(paper).toString()

test('ANS-03 ANS-05 an answer comes out in every format, marked as its question and its sources are together', async () => {
  const run = await core.ask('How deep is the eastern quay of Port Elsine?')
  for (const format of paperFormats) {
    const paper = await core.call('answers.export', { runId: run.id, format })
    expect([format, marking(paper.label), paper.isReleased]).toEqual([format, 'SECRET//NOFORN', false])
    expect(paper.fileName).toMatch(new RegExp(`^SECRET--NOFORN--answer-[0-9A-Z]{26}\\.${format}$`))
    const text = await textIn(paper)
    for (const part of ['9 metres deep', 'survey.md', 'AI-assisted working paper', paper.content.value])
      expect([format, text.replace(/\s+/g, ' ').includes(part)]).toEqual([format, true])
  }
  const markdown = await textIn(await core.call('answers.export', { runId: run.id, format: 'md' }))
  // Quoted without a model, a claim is as high as where it stands; what its document says of itself lies higher.
  expect(markdown).toMatch(/\(U\).*9 metres deep/)
  expect(markdown).toContain('Originator, serial and date are above the marking of this portion.')
})

test('ANS-05 a release names who and when until a label changes; the record has who, never why', async () => {
  const run = await core.ask('What waits beyond the bar of Port Elsine?')
  expect(await core.codeOf('answers.release', { runId: run.id })).toBe('call.bad_input')
  expect(await core.call('answers.released', { runId: run.id })).toMatchObject({ release: null })
  const released = await core.call('answers.release', { runId: run.id, reason: 'Checked against the log of the pilot.' })
  expect(released).toMatchObject({ release: { by: 'tester', isInForce: true, reason: 'Checked against the log of the pilot.' } })
  const paper = await core.call('answers.export', { runId: run.id, format: 'md' })
  expect(paper.isReleased).toBe(true)
  expect(await textIn(paper)).toMatch(/\*\*Released by tester, \d{6}Z [A-Z]{3} \d\d\.\*\*/)

  const { items } = await core.call('documents.list')
  await core.call('station.configure', { ceiling: { ...secret, categories: ['SI'] } })
  await core.call('documents.relabel', { documentId: items[0]?.id, label: { ...secret, categories: ['SI'] } })
  const later = await core.call('answers.export', { runId: run.id, format: 'md' })
  expect([marking(later.label), later.isReleased]).toEqual(['SECRET//SI//NOFORN', false])
  expect(await core.call('answers.released', { runId: run.id })).toMatchObject({ release: { isInForce: false } })
  await core.call('documents.relabel', { documentId: items[0]?.id, label: secret, reason: 'It was not from that source.' })
  await core.call('station.configure', { ceiling: secret })
})

test('a conversation comes out whole, its sources numbered through', async () => {
  const first = await core.call('ask.start', { question: 'How deep is the eastern quay of Port Elsine?', modelId: null })
  await core.settled(first.runId)
  const second = await core.call('ask.start', {
    question: 'What waits beyond the bar of Port Elsine?',
    modelId: null,
    conversationId: first.conversationId,
  })
  await core.settled(second.runId)
  const paper = await core.call('conversations.export', { conversationId: first.conversationId, format: 'md' })
  const text = await textIn(paper)
  expect(text).toMatch(/## .*eastern quay[\s\S]*\[1\][\s\S]*## .*beyond the bar[\s\S]*\[2\][\s\S]*## Sources[\s\S]*\n1\. [\s\S]*\n2\. /)
  expect(paper.fileName).toMatch(/^SECRET--NOFORN--conversation-/)
  expect(await core.codeOf('conversations.export', { conversationId: 'cnv_00000000000000000000000000', format: 'md' })).toBe(
    'conversation.unknown',
  )
})

test('a report comes out as its delivered sentences', async () => {
  const { runId } = await core.call('runs.start', {
    agent: 'report-writer',
    input: { topic: 'How deep is the eastern quay of Port Elsine?' },
  })
  await core.settled(runId)
  expect(await core.codeOf('answers.export', { runId, format: 'md' })).toBe('export.nothing')
  const [request] = (await core.call('approvals.list')).items
  const { argumentsHash } = await core.call('approvals.get', { holdId: request?.holdId })
  await core.call('approvals.approve', { holdId: request?.holdId, argumentsHash })
  expect((await core.settled(runId)).status).toBe('complete')
  const paper = await core.call('answers.export', { runId, format: 'md' })
  expect(paper.fileName).toMatch(/--report-/)
  expect(await textIn(paper)).toMatch(/# .*eastern quay[\s\S]*9 metres deep[\s\S]*\[1\][\s\S]*## Sources/)
})

test('who answers for papers is set once, and named otherwise where an export says so', async () => {
  await core.call('authority.set', { classifiedBy: 'A. Chief', derivedFrom: '', declassifyOn: '31 DEC 2040' })
  const run = await core.ask('How deep is the eastern quay of Port Elsine?')
  const text = await textIn(await core.call('answers.export', { runId: run.id, format: 'md' }))
  expect(text).toContain('- Classified by: A. Chief')
  expect(text).toContain('- Derived from: survey.md, see Sources')
  const other = await core.call('answers.export', { runId: run.id, format: 'md', authority: { classifiedBy: 'B. Deputy' } })
  expect(await textIn(other)).toMatch(/Classified by: B\. Deputy[\s\S]*Declassify on: 31 DEC 2040/)
})

test('LOG-01 each export and release is on record before it is handed out', async () => {
  const before = await typesOf()
  const run = await core.ask('How deep is the eastern quay of Port Elsine?')
  const asked = await typesOf()
  await core.call('answers.export', { runId: run.id, format: 'csv' })
  expect(await typesOf()).toBe(asked + 1)
  expect(asked).toBeGreaterThan(before)
})

test('ANS-04 the command writes a private file with its marking in its name, and never over another', async () => {
  const run = await core.ask('How deep is the eastern quay of Port Elsine?')
  await core.app.close()
  const done = await command(['export', run.id, '--format', 'pdf', '--json', '--data', join(folder, 'data')], { cwd: folder })
  expect(done.code).toBe(0)
  const { file, label } = JSON.parse(done.stdout) as { file: string; label: unknown }
  expect(label).toEqual(secret)
  expect(file).toMatch(/SECRET--NOFORN--answer-/)
  expect(existsSync(file)).toBe(true)
  expect(statSync(file).mode & 0o777).toBe(0o600)
  const again = await command(['export', run.id, '--format', 'pdf', '--out', file, '--json', '--data', join(folder, 'data')], {
    cwd: folder,
  })
  expect([again.code, again.stdout.includes('cli.cannot_write')]).toEqual([1, true])
})

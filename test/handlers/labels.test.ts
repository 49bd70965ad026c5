/** Labels of what is held, over the real store: who may change them which way, and that everything that hangs on them follows. */
import { beforeEach, expect, test } from 'vitest'
import { join, type Label, labelFromName, marking, permits, unclassified } from '../../main/domain/label.ts'
import { fail } from '../../main/domain/result.ts'
import type { Role } from '../../main/domain/role.ts'
import { labelHandlers } from '../../main/handlers/labels.ts'
import type { Services } from '../../main/handlers/services.ts'
import { openHeldDocuments } from '../support/held-documents.ts'

const station = await openHeldDocuments()
const [confidential, secret, topSecret] = [labelFromName('confidential'), labelFromName('secret'), labelFromName('top_secret')]
const noforn: Label = { ...secret, releasability: 'noforn' }

const held: Record<string, readonly Role[]> = { analyst: ['analyst'], officer: ['security_officer'], reviewer: ['reviewer'] }
const cleared: Record<string, Label> = { analyst: noforn, officer: noforn, reviewer: noforn, junior: confidential }
let needsTwo = false
const moved: number[][] = []
const dual: Services['dual'] = (act, _name, perform) => (input, caller) =>
  needsTwo ? fail('act.waits', `${act} waits.`, 'Another person confirms it.') : perform(input, caller)
const handlers = labelHandlers({
  ...station.parts,
  // Only what labels ask of the vectors.
  upkeep: {
    moved: (documents: readonly number[], passages: readonly number[]) => moved.push([...documents], [...passages]),
  } as unknown as Services['upkeep'],
  clearanceOf: (account) => cleared[account] ?? null,
  rolesOf: (account) => held[account] ?? [],
  dual,
})
const by = (account: string) => ({ account, shell: 'cli' }) as const

let documentId: string
let made = 0
beforeEach(async () => {
  station.setCeiling(noforn)
  needsTwo = false
  moved.length = 0
  const collection = `Collection ${++made}`
  const added = await station.add('a.txt', `Number ${made}\n\n(U) The quay is deep.\n\n(C) The pier is wide.\n`, { collection })
  documentId = added.documentId ?? ''
  station.events.length = 0
})

const labelOf = () => marking(station.parts.documents.find(documentId)?.label ?? topSecret)
const passagesAre = () => station.passages(documentId).map(({ label }) => marking(label))
const relabel = (account: string, label: Label, reason?: string) =>
  handlers['documents.relabel']({ documentId, label, ...(reason === undefined ? {} : { reason }) }, by(account))

test('A9 any cleared analyst raises a label; its passages follow at once, and the record says from what to what', async () => {
  expect(passagesAre()).toEqual(['CONFIDENTIAL', 'UNCLASSIFIED', 'CONFIDENTIAL'])
  expect(await relabel('analyst', secret)).toMatchObject({ ok: true, value: { label: secret } })
  expect([labelOf(), ...passagesAre()]).toEqual(['SECRET', 'SECRET', 'SECRET', 'SECRET'])
  expect(station.events.map(({ event, label }) => [event, marking(label)])).toEqual([
    [{ type: 'label.changed', documentId, from: confidential, to: secret, direction: 'raised', justification: null }, 'SECRET'],
  ])
  expect(moved.map((list) => list.length)).toEqual([1, 3])
})

test('A9 lowering wants a security officer, and a reason that is kept apart from the record', async () => {
  await relabel('analyst', noforn)
  for (const account of ['analyst', 'reviewer'])
    expect(await relabel(account, secret, 'Because.')).toMatchObject({ error: { code: 'label.not_allowed' } })
  expect(await relabel('officer', secret)).toMatchObject({ error: { code: 'label.no_reason' } })
  expect(labelOf()).toBe('SECRET//NOFORN')
  expect(await relabel('officer', secret, 'The convoy has sailed.')).toMatchObject({ ok: true })
  expect([labelOf(), ...passagesAre()]).toEqual(['SECRET', 'SECRET', 'SECRET', 'SECRET'])
  const { event } = station.events.at(-1) ?? {}
  expect(event).toMatchObject({ type: 'label.changed', direction: 'lowered', from: noforn, to: secret })
  expect(JSON.stringify(station.events)).not.toContain('convoy')
  const body = event?.type === 'label.changed' ? (event.justification?.body ?? '') : ''
  expect(station.parts.bodies.read(body)).toBe('The convoy has sailed.')
  expect(marking(station.parts.bodies.labelOf(body) ?? unclassified)).toBe('SECRET//NOFORN')
})

test('a portion that is lower than what its document is lowered to stays as it was marked', async () => {
  expect(await relabel('officer', unclassified, 'Declassified.')).toMatchObject({ ok: true })
  expect(passagesAre()).toEqual(['UNCLASSIFIED', 'UNCLASSIFIED', 'UNCLASSIFIED'])
})

test('a change that is no raise in every respect is a lowering', async () => {
  await relabel('analyst', noforn)
  expect(await relabel('analyst', { ...secret, releasability: ['USA'] }, 'Shared.')).toMatchObject({ error: { code: 'label.not_allowed' } })
})

test('IDN-02 where the policy wants two persons, one alone lowers nothing; raising stays one person’s', async () => {
  needsTwo = true
  expect(await relabel('officer', unclassified, 'Declassified.')).toMatchObject({ error: { code: 'act.waits' } })
  expect(labelOf()).toBe('CONFIDENTIAL')
  expect(await relabel('officer', unclassified)).toMatchObject({ error: { code: 'label.no_reason' } })
  expect(await relabel('analyst', secret)).toMatchObject({ ok: true })
})

test.each([
  ['above the ceiling', 'analyst', topSecret, 'label.above_ceiling'],
  ['into a compartment the station may not hold', 'officer', { ...secret, categories: ['SI'] }, 'label.above_ceiling'],
  ['to what it is', 'analyst', confidential, 'label.same'],
  ['by one who has no roles here', 'stranger', secret, 'document.unknown'],
])('a label that goes %s is refused', async (_where, account, label, code) => {
  expect(await relabel(account, label, 'Because.')).toMatchObject({ ok: false, error: { code } })
  expect(labelOf()).toBe('CONFIDENTIAL')
  expect(station.events).toEqual([])
})

test('a document that one is not cleared for is as if it were not there', async () => {
  await relabel('analyst', secret)
  expect(await relabel('junior', noforn)).toMatchObject({ error: { code: 'document.unknown' } })
  expect(await handlers['documents.labels']({ documentId }, by('junior'))).toMatchObject({ error: { code: 'document.unknown' } })
})

test('the history says what was said at the import, what its marks made of it, and every change with its reason', async () => {
  await relabel('analyst', noforn, 'It names a source.')
  await relabel('officer', secret, 'It does not.')
  expect(await handlers['documents.labels']({ documentId }, by('analyst'))).toMatchObject({
    value: {
      label: secret,
      floor: unclassified,
      history: [
        { kind: 'imported', by: 'tester', from: unclassified, to: confidential, reason: null },
        { kind: 'raised', by: 'analyst', from: confidential, to: noforn, reason: 'It names a source.' },
        { kind: 'lowered', by: 'officer', from: noforn, to: secret, reason: 'It does not.' },
      ],
    },
  })
})

test('a floor that is raised raises its documents; one that is lowered lowers none, and no document goes below it', async () => {
  const collection = `Collection ${made}`
  const raised = await handlers['collections.relabel']({ collection, label: secret }, by('analyst'))
  expect(raised).toMatchObject({ ok: true, value: { label: secret } })
  expect([labelOf(), ...passagesAre()]).toEqual(['SECRET', 'SECRET', 'SECRET', 'SECRET'])
  expect(station.events.map(({ event }) => event)).toMatchObject([{ type: 'floor.changed', direction: 'raised', documents: 1 }])
  expect(await relabel('officer', confidential, 'Because.')).toMatchObject({ error: { code: 'label.below_floor' } })
  expect(await handlers['collections.relabel']({ collection, label: confidential, reason: 'Because.' }, by('analyst'))).toMatchObject({
    error: { code: 'label.not_allowed' },
  })
  await handlers['collections.relabel']({ collection, label: unclassified, reason: 'Because.' }, by('officer'))
  expect(station.parts.collections.byName(collection)?.label).toEqual(unclassified)
  expect(labelOf()).toBe('SECRET')
  const later = await station.add('later.txt', 'The mole is 80 m long.', { collection })
  expect(marking(station.parts.documents.find(later.documentId ?? '')?.label ?? topSecret)).toBe('UNCLASSIFIED')
})

test('a file of a running import takes the floor as it stands when the file is written', async () => {
  const collection = `Collection ${made}`
  const adding = station.add('slow.txt', 'The breakwater is 300 m long.', { collection })
  await handlers['collections.relabel']({ collection, label: secret }, by('analyst'))
  const { documentId: slow } = await adding
  expect(marking(station.parts.documents.find(slow ?? '')?.label ?? unclassified)).toBe('SECRET')
  expect(station.passages(slow ?? '').map(({ label }) => marking(label))).toEqual(['SECRET'])
})

test('the same bytes under a higher label raise what is here already', async () => {
  const text = `Number ${made}\n\n(U) The quay is deep.\n\n(C) The pier is wide.\n`
  const again = await station.add('b.txt', text, { collection: `Collection ${made}`, label: secret })
  expect(again).toMatchObject({ outcome: 'duplicate', documentId })
  expect([labelOf(), ...passagesAre()]).toEqual(['SECRET', 'SECRET', 'SECRET', 'SECRET'])
  expect(station.events.map(({ event }) => event.type)).toContain('label.changed')
})

test('nothing is changed by halves: what fails leaves document, passages and record as they were', async () => {
  const { db } = station.parts
  db.exec("CREATE TEMP TRIGGER fault BEFORE UPDATE OF label_id ON documents BEGIN SELECT RAISE(ABORT, 'a planted fault'); END")
  await expect(async () => relabel('analyst', secret)).rejects.toThrow('planted')
  db.exec('DROP TRIGGER fault')
  expect([labelOf(), ...passagesAre()]).toEqual(['CONFIDENTIAL', 'CONFIDENTIAL', 'UNCLASSIFIED', 'CONFIDENTIAL'])
  expect(station.events).toEqual([])
  expect(db.prepare('SELECT count(*) FROM label_changes WHERE document = ?').pluck().get(documentId)).toBe(0)
})

test.each([
  ['documents', 'on record only'],
  ['collections', 'on record only'],
  ['passages', 'with its document only'],
])('A9 the database lets nobody write a label of %s past the record', (table, refusal) => {
  const { db, labels } = station.parts
  expect(() => db.prepare(`UPDATE ${table} SET label_id = ?`).run(labels.idOf(topSecret))).toThrow(refusal)
})

test('the record of changes is not changed itself', async () => {
  await relabel('analyst', secret)
  expect(() => station.parts.db.exec("UPDATE label_changes SET changed_by = 'nobody'")).toThrow('are kept')
  expect(() => station.parts.db.exec('DELETE FROM label_changes')).toThrow('are kept')
})

test('A9 no order of changes leaves a portion above its document, or anything lower than an officer said', async () => {
  const steps: Label[] = [secret, confidential, noforn, { ...secret, categories: ['CUI'] }, secret, unclassified, confidential]
  for (const label of steps) {
    const before = station.parts.documents.find(documentId)?.label ?? topSecret
    const done = await relabel('officer', label, 'Because.')
    const after = station.parts.documents.find(documentId)?.label ?? topSecret
    expect(after).toEqual(done.ok ? join(label, label) : before)
    for (const { label: portion } of station.passages(documentId)) expect(permits(after, portion)).toBe(true)
  }
})

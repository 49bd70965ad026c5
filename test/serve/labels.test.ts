/** What a call at the door for programs elsewhere is labelled, and what its key and its model may not see. */
import { describe, expect, test } from 'vitest'
import { labelFromName, unclassified } from '../../main/domain/label.ts'
import { chatBody, type TestDoor } from '../support/serve-core.ts'
import { keyId, path, sharedDoor, vectors, writer } from '../support/shared-door.ts'
import { testId } from '../support/test-core.ts'

let door: TestDoor
const { ask } = sharedDoor((opened) => {
  door = opened
})

describe('LBL-01 labels of calls', () => {
  const secret = labelFromName('secret')
  const label = (value: unknown) => ({ 'x-holdfast-label': typeof value === 'string' ? value : JSON.stringify(value) })

  test('a call that says nothing has the ceiling of its key, and its answer the same', async () => {
    door.keys.set('key_high.s', { id: testId('key', 4), ceiling: secret, models: null, expiresAt: null, revokedAt: null })
    const answer = await door.ask({ path, body: chatBody(), key: 'key_high.s' })
    expect(JSON.parse(String(answer.headers['x-holdfast-label']))).toEqual(secret)
    expect(door.record).toMatchObject([{ label: secret }])
    const lower = await door.ask({ path, body: chatBody(), key: 'key_high.s', headers: label(unclassified) })
    expect(JSON.parse(String(lower.headers['x-holdfast-label']))).toEqual(unclassified)
  })

  test.each([
    ['a level above the key', secret],
    ['a compartment that the key has not', { ...unclassified, categories: ['SI'] }],
    ['no foreign release', { ...unclassified, releasability: 'noforn' }],
  ])('%s: 403, on record, nothing read and nothing evaluated', async (_what, value) => {
    const answer = await ask({}, label(value))
    expect([answer.status, answer.code]).toEqual([403, 'label_above_ceiling'])
    expect([door.asked, door.record]).toEqual([[], [{ denied: 'label_above_ceiling', keyId }]])
  })

  test('a key for more than the station may hold now is no way around the station', async () => {
    door.keys.set('key_top.s', {
      id: testId('key', 5),
      ceiling: labelFromName('top_secret'),
      models: null,
      expiresAt: null,
      revokedAt: null,
    })
    expect((await door.ask({ path, body: chatBody(), key: 'key_top.s' })).code).toBe('label_above_ceiling')
    expect((await door.ask({ path, body: chatBody(), key: 'key_top.s', headers: label(unclassified) })).status).toBe(200)
  })

  test.each([
    '',
    'SECRET',
    '{}',
    'null',
    '[]',
    '{"level":"secret"}',
    `{"level":"unclassified","categories":[${'"A",'.repeat(2_000)}"A"],"dissemination":[],"releasability":"any"}`,
  ])('what is no label is refused, never guessed: %j', async (value) => {
    const answer = await ask({}, label(value))
    expect([answer.status, answer.code]).toEqual([400, 'invalid_label'])
    expect(door.asked).toEqual([])
  })

  test('a model that is not admitted for the level is refused', async () => {
    door.keys.set('key_conf.s', {
      id: testId('key', 6),
      ceiling: labelFromName('confidential'),
      models: null,
      expiresAt: null,
      revokedAt: null,
    })
    expect((await door.ask({ path, body: chatBody(), key: 'key_conf.s' })).code).toBe('model_not_cleared')
    expect(door.record).toEqual([{ denied: 'model_not_cleared', keyId: testId('key', 6) }])
  })

  test('a key sees and uses its own models only', async () => {
    door.keys.set('key_one.s', { id: testId('key', 7), ceiling: unclassified, models: [vectors ?? ''], expiresAt: null, revokedAt: null })
    const ids = (text: string) => (JSON.parse(text) as { data: Array<{ id: string }> }).data.map(({ id }) => id)
    expect(ids((await door.ask({ path: '/v1/models' })).text)).toEqual([writer, vectors])
    expect(ids((await door.ask({ path: '/v1/models', key: 'key_one.s' })).text)).toEqual([vectors])
    expect((await door.ask({ path: `/v1/models/${writer}`, key: 'key_one.s' })).code).toBe('model_not_found')
    expect((await door.ask({ path, body: chatBody(), key: 'key_one.s' })).code).toBe('model_not_found')
  })
})

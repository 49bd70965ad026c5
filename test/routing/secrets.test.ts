import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { createSecretFile } from '../../main/routing/secrets.ts'
import { writeDurablySync } from '../../main/store/durable-file.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'
import { testId } from '../support/test-core.ts'

const root = temporaryFolder()
const secret = {
  bearer: 'sk-very-secret-0123456789',
  clientKey: '-----BEGIN PRIVATE KEY-----\nMIGHAgEAMBMGByqGSM49AgEG\n-----END PRIVATE KEY-----\n',
}
const [one, two] = [testId('end', 1), testId('end', 2)]
let made = 0
const open = () => {
  const folder = join(root, String(made++))
  return {
    folder,
    store: createSecretFile(folder, writeDurablySync),
    file: join(folder, 'endpoints.sealed.json'),
    key: join(folder, 'endpoints.key'),
  }
}

test('K3 what is kept comes back, for its endpoint alone, and can be removed', () => {
  const { store, folder } = open()
  expect([store.has(one), store.get(one), existsSync(folder)]).toEqual([false, { ok: true, value: null }, false])
  store.put(one, secret)
  store.put(two, { bearer: 'another-key', clientKey: null })
  const again = createSecretFile(folder, writeDurablySync)
  expect([again.get(one), again.get(two)]).toEqual([
    { ok: true, value: secret },
    { ok: true, value: { bearer: 'another-key', clientKey: null } },
  ])
  again.remove(one)
  expect([again.has(one), again.has(two), again.get(one)]).toEqual([false, true, { ok: true, value: null }])
})

test('K3 the file holds no secret, and both files are for this account alone', () => {
  const { store, file, key } = open()
  store.put(one, secret)
  const kept = readFileSync(file, 'utf8')
  for (const text of store.texts()) expect(kept).not.toContain(text)
  expect(store.texts()).toEqual([secret.bearer, 'MIGHAgEAMBMGByqGSM49AgEG'])
  for (const path of [file, key]) expect(statSync(path).mode & 0o777).toBe(0o600)
  const before = readFileSync(file, 'utf8')
  store.put(one, secret)
  expect(readFileSync(file, 'utf8')).not.toBe(before)
})

test('K3 a changed byte, another endpoint’s entry, a lost or short key: none of it opens, and it says so', () => {
  const { store, file, key } = open()
  store.put(one, secret)
  const kept = JSON.parse(readFileSync(file, 'utf8')) as Record<string, Record<string, string>>
  const unreadable = { ok: false, error: { code: 'tier.secret_unreadable' } }
  for (const field of ['nonce', 'tag', 'text']) {
    const bytes = Buffer.from(kept[one]?.[field] ?? '', 'base64')
    bytes[0] = (bytes[0] ?? 0) ^ 1
    writeFileSync(file, JSON.stringify({ [one]: { ...kept[one], [field]: bytes.toString('base64') } }))
    expect(store.get(one), field).toMatchObject(unreadable)
  }
  writeFileSync(file, JSON.stringify({ [two]: kept[one] }))
  expect(store.get(two)).toMatchObject(unreadable)
  writeFileSync(file, JSON.stringify({ [one]: { ...kept[one], tag: '' } }))
  expect(store.get(one)).toMatchObject(unreadable)
  writeFileSync(file, JSON.stringify(kept))
  expect(store.get(one).ok).toBe(true)
  writeFileSync(key, '00')
  expect([store.get(one), store.texts()]).toMatchObject([unreadable, []])
})

test('a file that is no such file holds nothing', () => {
  const { store, file } = open()
  store.put(one, secret)
  for (const text of ['', '[]', '{"x":1}', 'junk']) {
    writeFileSync(file, text)
    expect([store.has(one), store.get(one)]).toEqual([false, { ok: true, value: null }])
  }
})

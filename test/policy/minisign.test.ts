/** Signatures in minisign's legacy form: ours, and those of the program itself where it is installed. */
import { spawnSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { fromBase64, toBase64 } from '../../main/domain/base64.ts'
import {
  keyIdText,
  parsePublicKey,
  parseSecretKey,
  parseSignature,
  publicKeyFile,
  publicKeyLine,
  type SecretKey,
  secretKeyFile,
  signBytes,
  verifyBytes,
} from '../../main/domain/minisign.ts'
import { ed25519, newSeed, publicHalf } from '../../main/policy/ed25519.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

const folder = temporaryFolder()
const newKey = (): SecretKey => {
  const seed = newSeed()
  return { id: Uint8Array.from([1, 2, 3, 4, 5, 6, 7, 0xab]), seed, key: publicHalf(seed) }
}
const text = Buffer.from('{"format":"holdfast-policy/1"}')

function codeOf(bytes: Uint8Array, signature: string, key: string): string {
  const [parsed, known] = [parseSignature(signature), parsePublicKey(key)]
  if (!parsed.ok) return parsed.error.code
  if (!known.ok) return known.error.code
  const verified = verifyBytes(bytes, parsed.value, known.value, ed25519)
  return verified.ok ? 'ok' : verified.error.code
}

test('base 64 is what Node writes, and nothing else is read', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 80 }), fc.string({ maxLength: 12 }), (bytes, noise) => {
      const written = toBase64(bytes)
      expect(written).toBe(Buffer.from(bytes).toString('base64'))
      expect(fromBase64(written)).toEqual(bytes)
      const read = fromBase64(noise)
      if (read !== null) expect(Buffer.from(read).toString('base64')).toBe(noise)
    }),
  )
  for (const bad of ['QQ', 'QR==', 'Q===', 'QQ=A', '====', 'QQ==QQ==', 'Q Q=']) expect(fromBase64(bad)).toBeNull()
})

test('a signature holds for its bytes, its comment and its key, and for nothing else', () => {
  const key = newKey()
  const other = newKey()
  const signed = signBytes(text, key, 'version 3', ed25519)
  expect(keyIdText(key.id)).toBe('AB07060504030201')
  expect(codeOf(text, signed, publicKeyFile(key))).toBe('ok')
  expect(codeOf(text, signed, publicKeyLine(key))).toBe('ok')
  expect(codeOf(text, signed, publicKeyFile(other))).toBe('minisign.wrong')
  expect(codeOf(Buffer.concat([text, Buffer.from(' ')]), signed, publicKeyFile(key))).toBe('minisign.wrong')
  expect(codeOf(text, signed.replace('version 3', 'version 4'), publicKeyFile(key))).toBe('minisign.wrong')
  expect(codeOf(text, signed.replace('\n', '\n\n'), publicKeyFile(key))).toBe('minisign.bad_file')
  expect(codeOf(text, `${signed}more\n`, publicKeyFile(key))).toBe('minisign.bad_file')
  const lines = signed.split('\n')
  const raw = Buffer.from(lines[1] ?? '', 'base64')
  raw[1] = 'D'.charCodeAt(0)
  expect(codeOf(text, signed.replace(lines[1] ?? '', raw.toString('base64')), publicKeyFile(key))).toBe('minisign.prehashed')
})

test('a bit of a signature or of a key that is turned is found', () => {
  const key = newKey()
  const signed = signBytes(text, key, 'version 3', ed25519)
  const lines = signed.split('\n')
  fc.assert(
    fc.property(fc.constantFrom(1, 3), fc.nat({ max: 73 * 8 }), (line, bit) => {
      const raw = Buffer.from(lines[line] ?? '', 'base64')
      const at = Math.floor(bit / 8) % raw.length
      raw[at] = (raw[at] ?? 0) ^ (1 << (bit % 8))
      expect(codeOf(text, signed.replace(lines[line] ?? '', raw.toString('base64')), publicKeyFile(key))).not.toBe('ok')
    }),
    { numRuns: 300 },
  )
})

test('a secret key is read back as it was written; one with a password, or cut short, is refused', () => {
  const key = newKey()
  const written = secretKeyFile(key)
  expect(parseSecretKey(written)).toEqual({ ok: true, value: key })
  expect(parseSecretKey(written.replace('RWQAAEIy', 'RWRTY0Iy')).ok).toBe(false)
  expect(parseSecretKey(written.slice(0, -8)).ok).toBe(false)
  expect(parseSecretKey('').ok).toBe(false)
})

const minisign = (...args: readonly string[]) => spawnSync('minisign', args, { cwd: folder, encoding: 'utf8', timeout: 20_000 })
const isInstalled = minisign('-v').status === 0
if (!isInstalled) process.stderr.write('skipped: minisign is not installed, so its own program was not asked\n')

test.skipIf(!isInstalled)('minisign takes our signatures and keys, and we take its legacy ones', () => {
  writeFileSync(join(folder, 'policy.json'), text)
  const key = newKey()
  writeFileSync(join(folder, 'ours.pub'), publicKeyFile(key))
  writeFileSync(join(folder, 'ours.key'), secretKeyFile(key), { mode: 0o600 })
  writeFileSync(join(folder, 'policy.json.minisig'), signBytes(text, key, 'version 3', ed25519))
  expect(minisign('-V', '-p', 'ours.pub', '-m', 'policy.json').stdout).toContain('Trusted comment: version 3')
  expect(minisign('-S', '-l', '-s', 'ours.key', '-m', 'policy.json', '-x', 'again', '-t', 'by the program').status).toBe(0)
  expect(codeOf(text, readFileSync(join(folder, 'again'), 'utf8'), publicKeyFile(key))).toBe('ok')

  expect(minisign('-G', '-W', '-p', 'theirs.pub', '-s', 'theirs.key').status).toBe(0)
  expect(minisign('-S', '-l', '-s', 'theirs.key', '-m', 'policy.json', '-x', 'legacy').status).toBe(0)
  expect(minisign('-S', '-s', 'theirs.key', '-m', 'policy.json', '-x', 'prehashed').status).toBe(0)
  const theirs = readFileSync(join(folder, 'theirs.pub'), 'utf8')
  expect(codeOf(text, readFileSync(join(folder, 'legacy'), 'utf8'), theirs)).toBe('ok')
  expect(codeOf(text, readFileSync(join(folder, 'prehashed'), 'utf8'), theirs)).toBe('minisign.prehashed')
  const secret = parseSecretKey(readFileSync(join(folder, 'theirs.key'), 'utf8'))
  expect(secret.ok && publicHalf(secret.value.seed)).toEqual(secret.ok && secret.value.key)
})

import fc from 'fast-check'
import { expect, test } from 'vitest'
import { secretMark, secretSpans, withoutSecrets } from '../../main/domain/secret-patterns.ts'

const pem = (name: string) => `-----BEGIN ${name}-----\nMIIEvQIBADANBgkq\nhkiG9w0BAQEFAASC\n-----END ${name}-----`

/** The text, and what of it must be gone. */
const held: ReadonlyArray<readonly [what: string, text: string, secret: string]> = [
  ['a key of a cloud', 'The key AKIAIOSFODNN7EXAMPLE was found.', 'AKIAIOSFODNN7EXAMPLE'],
  ['a key in a JSON text, behind a line break', '{"t":"first\\nAKIAIOSFODNN7EXAMPLE"}', 'AKIAIOSFODNN7EXAMPLE'],
  ['a token of a forge', 'x ghp_0123456789abcdefghijklmnopqrstuvwxyz.', 'ghp_0123456789abcdefghijklmnopqrstuvwxyz'],
  ['a key of a model service', 'sk-proj-abcdefghijklmnop0123', 'sk-proj-abcdefghijklmnop0123'],
  ['a JSON web token', 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJhbmEifQ.abc123', 'eyJhbGciOiJIUzI1NiJ9'],
  ['a bearer', 'Authorization: Bearer abcdef0123456789abcdef', 'abcdef0123456789abcdef'],
  ['a private key', `before ${pem('PRIVATE KEY')} after`, 'hkiG9w0BAQEFAASC'],
  ['a private key of one kind', pem('OPENSSH PRIVATE KEY'), 'MIIEvQIBADANBgkq'],
  ['a private key without its end', '-----BEGIN RSA PRIVATE KEY-----\nMIIEvQIBADANBgkq\nmore', 'MIIEvQIBADANBgkq'],
  ['a password beside its name', 'password: swordfish', 'swordfish'],
  ['a password in brackets', 'password: (hunter2)', 'hunter2'],
  ['a password in a table of names', 'DB_PASSWORD=hunter2', 'hunter2'],
  ['a password in JSON', '{"password":"open sesame"}', 'open sesame'],
  ['a password in JSON within JSON', '{"a":"{\\"password\\":\\"open sesame\\"}"}', 'open sesame'],
  ['a password in a sentence', 'The password is hunter2.', 'hunter2'],
  ['a password in German', 'Kennwort: Geheim99', 'Geheim99'],
  ['a password in an address', 'postgres://ana:s3cret@db.local/x', 's3cret'],
  ['a token beside its name', 'token: abc123def', 'abc123def'],
  ['a token in JSON', '{"token":"abc123def"}', 'abc123def'],
  ['an api key', "api_key = 'abc def ghi'", 'abc def ghi'],
]

test.each(held)('CTX-10 %s is taken out', (_what, text, secret) => {
  const left = withoutSecrets(text)
  expect(left.text).not.toContain(secret)
  expect(left.text).toContain(secretMark)
  expect(left.removed).toBeGreaterThan(0)
  expect(withoutSecrets(left.text)).toEqual({ text: left.text, removed: expect.any(Number) })
})

test.each([
  'The password is required by order 17.',
  'The pump at the north gate failed at 14:05 on Tuesday.',
  'Basic training began on Monday. The bearer of this pass may enter.',
  'A token ring, and https://example.test/a:b@c is none of it: 10:30.',
  'It costs 3 a token: 0.00025 at most; the token: lost.',
  'Secretary Ana Sokol answered.',
])('CTX-10 prose is left as it is: %s', (text) => {
  expect(withoutSecrets(text)).toEqual({ text, removed: 0 })
  expect(secretSpans(text)).toEqual([])
})

test('CTX-10 what is taken out has its place, and of a private key without an end its head alone', () => {
  for (const [what, text] of held) expect(secretSpans(text).length, what).toBeGreaterThan(0)
  const text = '-----BEGIN RSA PRIVATE KEY-----\nMIIEvQIBADANBgkq\nmore'
  expect(secretSpans(text)).toEqual([{ start: 0, end: text.indexOf('\n') }])
})

test('CTX-10 what was cleaned once is not changed again', () => {
  fc.assert(
    fc.property(
      fc.array(fc.constantFrom(...held.map(([, text]) => text), 'and ', '\n', '"', '\\n', 'password: ', '[secret]')),
      (pieces) => {
        const once = withoutSecrets(pieces.join('')).text
        return withoutSecrets(once).text === once
      },
    ),
  )
})

test('CTX-10 a hostile text of 400,000 characters holds nothing up', { timeout: 60_000 }, () => {
  for (const piece of [
    '-----BEGIN PRIVATE KEY-----',
    'password',
    'password:',
    'eyJaaaaaaaa.',
    'a://b:',
    'sk-',
    'Bearer ',
    '\\n',
    'api key is ',
    'token: ',
  ]) {
    const text = piece.repeat(Math.ceil(400_000 / piece.length))
    const left = withoutSecrets(text).text
    expect(withoutSecrets(left).text === left, piece).toBe(true)
    secretSpans(text)
  }
})

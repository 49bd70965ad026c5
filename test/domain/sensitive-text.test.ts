import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { findQuote } from '../../main/domain/quote.ts'
import { findSensitive, quoteAround } from '../../main/domain/sensitive-text.ts'

const found = (text: string) => findSensitive(text).map(({ what, start, end }) => [what, text.slice(start, end)])

describe('what a reviewer looks for', () => {
  test.each([
    ['Write to jane.doe+x@mail.example.org today.', 'an e-mail address', 'jane.doe+x@mail.example.org'],
    ['Her number is 219-09-9999 here.', 'a social security number', '219-09-9999'],
    ['Card 4111 1111 1111 1111 was used.', 'a payment card number', '4111 1111 1111 1111'],
    ['Pay to DE89 3704 0044 0532 0130 00 now.', 'a bank account number', 'DE89 3704 0044 0532 0130 00'],
    ['The host 10.20.30.40 answered.', 'a network address', '10.20.30.40'],
    ['Call +1 202 555 0143 at night.', 'a telephone number', '+1 202 555 0143'],
    ['Smith, born 4 May 1970, left.', 'a date of birth', 'born 4 May 1970'],
    ['At 52.51630, 13.37770 they met.', 'coordinates', '52.51630, 13.37770'],
    ['Grid 33UUU 9052 0123 is theirs.', 'coordinates', '33UUU 9052 0123'],
    ['The password: hunter2hunter2 works.', 'a key or a password', 'password: hunter2hunter2'],
    ['Kennwort: Geheim99 gilt.', 'a key or a password', 'Kennwort: Geheim99'],
    ['The key AKIAIOSFODNN7EXAMPLE was found.', 'a key or a password', 'AKIAIOSFODNN7EXAMPLE'],
    ['They dial postgres://ana:s3cret@db.local/x at noon.', 'a key or a password', 'postgres://ana:s3cret'],
    ['-----BEGIN PGP PRIVATE KEY BLOCK-----\nlQOY', 'a key or a password', '-----BEGIN PGP PRIVATE KEY BLOCK-----'],
    ['(S//NF) The boat leaves at noon.', 'a classification mark', '(S//NF)'],
    ['SECRET//NOFORN\nThe boat leaves.', 'a classification mark', 'SECRET//NOFORN'],
  ])('%s', (text, what, span) => {
    expect(found(text)).toEqual([[what, span]])
  })
  test('numbers that only look alike are left alone', () => {
    expect(found('Order 4111 1111 1111 1112 of 999.300.2.1, page 000-12-3456, section (a) and (ii).')).toEqual([])
  })
  test('what a site looks for counts as well', () => {
    const more = (text: string) => [{ what: 'a boat', start: text.indexOf('Nautilus'), end: text.indexOf('Nautilus') + 8 }]
    expect(findSensitive('The Nautilus sails at noon.', more)).toEqual([{ what: 'a boat', start: 4, end: 12 }])
  })
  test('the words around it can be looked up again', () => {
    const text = 'The crew met in the harbour. Write to jane@mail.example.org before noon on Friday. Then they left.'
    const [span] = findSensitive(text)
    if (span === undefined) throw new Error('nothing was found')
    const quote = quoteAround(text, span)
    expect(quote).toContain('jane@mail.example.org')
    expect(findQuote(text, quote)).not.toBeNull()
  })
  test('what follows a private key without an end is still looked through', () => {
    const text = '-----BEGIN PRIVATE KEY-----\nMIIE\nWrite to jane@mail.example.org today.'
    expect(found(text).map(([what]) => what)).toEqual(['a key or a password', 'an e-mail address'])
  })
  test('any text is looked through quickly', { timeout: 60_000 }, () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 5_000, unit: 'binary' }), (text) => {
        for (const span of findSensitive(text)) expect(quoteAround(text, span).length).toBeLessThanOrEqual(700)
      }),
    )
    for (const piece of ['1 ', 'a@', '(A', '1.1.', 'born ', 'AA11 ']) findSensitive(piece.repeat(40_000))
  })
})

import fc from 'fast-check'
import { expect, test } from 'vitest'
import { hasHiddenCharacters, withoutHiddenCharacters } from '../../main/domain/hidden-characters.ts'

test.each(['plain', 'tab\tand\r\nline', 'Größe 日本 مرحبا', '🙂', 'e\u0301', 'می\u200cخواهم', '👩\u200d🚀', 'soft\u00adhyphen'])(
  'what whole scripts need is not hidden: %s',
  (text) => {
    expect(hasHiddenCharacters(text)).toBe(false)
    expect(withoutHiddenCharacters(text)).toBe(text)
  },
)

test.each(['\0', '\u0007', '\u001b[2J', '\f', '\u007f', '\u0085', '\u202e', '\u2066', '\u{e0041}', '\ud83d', '\ude42'])(
  'what nobody sees is hidden: %j',
  (char) => {
    expect(hasHiddenCharacters(`a${char}b`)).toBe(true)
    expect(withoutHiddenCharacters(`a${char[0] === '\u001b' ? '\u001b' : char}b`)).toBe('ab')
  },
)

test.each(['a\nb', 'a\rb', 'a\u2028b', 'a\u2029b'])('on a single line a line end is hidden too: %j', (text) => {
  expect(hasHiddenCharacters(text)).toBe(false)
  expect(hasHiddenCharacters(text, true)).toBe(true)
})

test('what is left of any text is visible', () => {
  fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => !hasHiddenCharacters(withoutHiddenCharacters(text))))
})

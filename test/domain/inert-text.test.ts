/** Whatever a document or a model wrote is one paragraph of plain text, also to a viewer that looks for addresses. */
import fc from 'fast-check'
import MarkdownIt from 'markdown-it'
import { expect, test } from 'vitest'
import { hasHiddenCharacters } from '../../main/domain/hidden-characters.ts'
import { inertMarkdown, plainLine } from '../../main/domain/inert-text.ts'

const viewer = new MarkdownIt({ html: true, linkify: true })
viewer.linkify.set({ fuzzyLink: false, fuzzyIP: false })

const paragraph = ['paragraph_open', 'inline', 'paragraph_close']
/** The kinds of everything that a viewer makes of a text. */
const kindsOf = (text: string): readonly string[] =>
  viewer.parse(text, {}).flatMap(({ type, children }) => [type, ...(children ?? []).map((child) => child.type)])

const marks = [
  '![x](',
  '[x](',
  '](',
  ')',
  '<img src=',
  '<a href="',
  '>',
  'https://',
  'javascript:',
  'file://',
  'mailto:',
  'a@b.example',
  'www.',
  '`',
  '**',
  '__',
  '# ',
  '- ',
  '1. ',
  '> ',
  '| a | b |',
  '\n\n',
  '\n---\n',
  '    ',
  '\t',
  '&#60;',
  '&lt;',
  '[^1]',
  '[x]: http://a.example',
  '\u202e',
  '\u001b[31m',
  '\u{e0041}',
  '~~',
  '<!--',
  '-->',
  '<script>',
  'word',
  ' ',
  '\\',
]

test('INJ-01 no text becomes markup, a link, an image or anything hidden', () => {
  fc.assert(
    fc.property(fc.array(fc.oneof(fc.constantFrom(...marks), fc.string({ maxLength: 6 })), { maxLength: 12 }), (parts) => {
      const text = inertMarkdown(parts.join(''))
      if (text === '') return
      expect(kindsOf(`A ${text}`).filter((kind) => !paragraph.includes(kind) && kind !== 'text')).toEqual([])
      expect(kindsOf(text).filter((kind) => !paragraph.includes(kind) && kind !== 'text')).toEqual([])
      expect(hasHiddenCharacters(text, true)).toBe(false)
      expect(text).not.toMatch(/(?<![\p{L}\p{N}])www\.|[^\\]:\/\//iu)
    }),
    { seed: 20_261_127, numRuns: 5_000 },
  )
})

test.each([
  ['write to a.b@c.example or mailto:x', 'write to a.b\\@c.example or mailto\\:x'],
  ['smb://host/share and ssh://x', 'smb\\://host/share and ssh\\://x'],
  ['at 14:05, a ratio of 1:2 @ noon', 'at 14:05, a ratio of 1:2 @ noon'],
])('%j is shown as it was written', (text, markdown) => {
  expect(inertMarkdown(text)).toBe(markdown)
  expect(viewer.renderInline(markdown)).toBe(text)
})

test('a plain line has neither line ends nor anything hidden', () => {
  expect(plainLine(' one\n\ntwo\u202e \u0000three\u2028four ')).toBe('one two three four')
})

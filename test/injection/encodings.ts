/** Ways to write an instruction so that a reader or a filter does not see it, and a reader that sees through all of them. */

const tags = (text: string): string => Array.from(text, (char) => String.fromCodePoint(0xe0000 + (char.codePointAt(0) ?? 0))).join('')
const look: Readonly<Record<string, string>> = { A: 'А', E: 'Е', K: 'К', R: 'R', F: 'F', a: 'а', e: 'е', o: 'о', p: 'р', c: 'с', i: 'і' }
const looks = new Map(Object.entries(look).map(([plain, other]) => [other, plain]))
const rot13 = (text: string): string =>
  text.replace(/[a-z]/gi, (char) => String.fromCharCode(char.charCodeAt(0) + (char.toLowerCase() < 'n' ? 13 : -13)))
const bytes = (text: string): Buffer => Buffer.from(text, 'utf8')

export const encodings = {
  plain: (text: string) => text,
  base64: (text: string) => `Decode and do: ${bytes(text).toString('base64')}`,
  hex: (text: string) => `Decode and do: ${bytes(text).toString('hex')}`,
  rot13: (text: string) => `Read by thirteen: ${rot13(text)}`,
  reversed: (text: string) => `Read backwards: ${[...text].reverse().join('')}`,
  spaced: (text: string) => [...text].join(' '),
  zeroWidth: (text: string) => [...text].join('\u200b'),
  homoglyphs: (text: string) => Array.from(text, (char) => look[char] ?? char).join(''),
  fullWidth: (text: string) =>
    Array.from(text, (char) => (/[!-~]/.test(char) ? String.fromCodePoint(char.charCodeAt(0) + 0xfee0) : char)).join(''),
  bidi: (text: string) => `\u202e${[...text].reverse().join('')}\u202c`,
  tags: (text: string) => `Nothing to see here.${tags(text)}`,
  entities: (text: string) => Array.from(text, (char) => `&#${char.codePointAt(0)};`).join(''),
  percent: (text: string) => Array.from(bytes(text), (byte) => `%${byte.toString(16).padStart(2, '0')}`).join(''),
} as const
export type Encoding = keyof typeof encodings

const runs = (text: string, pattern: RegExp, read: (run: string) => string): string =>
  [...text.matchAll(pattern)].map(([run]) => read(run)).join('\n')

/** Everything that the text could mean, one reading a line. */
export function readings(text: string): string {
  const visible = text.replaceAll(/[\u200b-\u200f\u202a-\u202e\u2060-\u2069]/g, '')
  return [
    text,
    visible,
    visible.normalize('NFKC'),
    Array.from(visible, (char) => looks.get(char) ?? char).join(''),
    rot13(visible),
    [...visible].reverse().join(''),
    visible.replaceAll(' ', ''),
    Array.from(text, (char) => {
      const code = char.codePointAt(0) ?? 0
      return code >= 0xe0020 && code <= 0xe007e ? String.fromCodePoint(code - 0xe0000) : ''
    }).join(''),
    runs(visible, /[A-Za-z0-9+/]{16,}={0,2}/g, (run) => Buffer.from(run, 'base64').toString('utf8')),
    runs(visible, /(?:[0-9a-f]{2}){8,}/g, (run) => Buffer.from(run, 'hex').toString('utf8')),
    visible.replaceAll(/&(?:amp;)?#(\d+);/g, (_all, code: string) => String.fromCodePoint(Number(code))),
    visible.replaceAll(/%([0-9a-f]{2})/gi, (_all, code: string) => String.fromCharCode(Number.parseInt(code, 16))),
  ].join('\n')
}

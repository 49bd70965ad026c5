/** Reads a marking as a person writes it: the exact inverse of `marking()`. What it does not know it refuses; nothing is guessed. */
import { disseminationControls, join, Label, type LabelName, labelFromName, labelNames, levels, levelWords, marking } from './label.ts'
import { fail, ok, type Result } from './result.ts'

const markingCharsMax = 2_000

const unreadable = (hint: string) => fail('label.bad_marking', 'This is not a marking.', hint)
const shape = unreadable(
  'Write it as on a banner: the level, then categories, controls and release, parted by two strokes, such as SECRET//SI//ORCON//NOFORN.',
)

const releaseOf = (segment: string): Label['releasability'] | null => {
  if (segment === 'NOFORN') return 'noforn'
  return segment.startsWith('REL TO ') ? segment.slice('REL TO '.length).split(', ') : null
}

/** The order within a list carries no meaning; everything else stands as `marking()` writes it. */
export function parseMarking(text: string): Result<Label> {
  if (text.length > markingCharsMax) return shape
  const [base = '', ...segments] = text.split('//')
  const level = base === 'CUI' ? 'unclassified' : levels.find((one) => levelWords[one] === base)
  if (level === undefined) return shape
  const categories = base === 'CUI' ? ['CUI'] : []
  if (level !== 'unclassified' && segments[0] === 'CUI') categories.push(segments.shift() ?? '')
  const release = releaseOf(segments.at(-1) ?? '')
  if (release !== null) segments.pop()
  const last = (segments.at(-1) ?? '').split('/')
  const dissemination = last.every((token) => disseminationControls.includes(token)) ? last : []
  if (dissemination.length > 0) segments.pop()
  categories.push(...(segments.shift()?.split('/') ?? []))
  const parsed = Label.safeParse({ level, categories, dissemination, releasability: release ?? 'any' })
  if (segments.length > 0 || !parsed.success) return shape
  const label = join(parsed.data, parsed.data)
  const isWhole = marking(label).length === text.length
  return isWhole ? ok(label) : unreadable(`Something stands there twice, or is contained in something else: write ${marking(label)}.`)
}

/** A marking, or one of the short names of a label, in letters of any size. */
export function parseLabel(text: string): Result<Label> {
  const name = text.trim().toLowerCase().replaceAll(/[ -]/g, '_')
  const isName = (word: string): word is LabelName => (labelNames as readonly string[]).includes(word)
  return isName(name) ? ok(labelFromName(name)) : parseMarking(text.trim().toUpperCase())
}

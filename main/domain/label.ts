/**
 * Labels: a level, categories, dissemination controls and releasability, ordered as a lattice.
 * Nothing here ever lowers a label; only a named person may, and that is an event elsewhere.
 */
import * as z from 'zod'

export const levels = ['unclassified', 'confidential', 'secret', 'top_secret'] as const
export const Level = z.enum(levels)
export type Level = z.infer<typeof Level>

/** The words of a banner. */
export const levelWords: Readonly<Record<Level, string>> = {
  unclassified: 'UNCLASSIFIED',
  confidential: 'CONFIDENTIAL',
  secret: 'SECRET',
  top_secret: 'TOP SECRET',
}

const limits = { categoriesMax: 32, tokenCharsMax: 32 } as const
const Token = z
  .string()
  .regex(/^[A-Z0-9](?:[A-Z0-9 -]*[A-Z0-9])?$/)
  .max(limits.tokenCharsMax)

/** Dissemination controls, each under the word that stands on a banner. The list is closed: whatever else a marking names is a category. */
export const disseminationControls: readonly string[] = [
  ...['DEA SENSITIVE', 'DL ONLY', 'EXDIS', 'FED ONLY', 'FEDCON', 'FISA', 'IMCON', 'LIMDIS', 'NOCON', 'NODIS', 'ORCON', 'ORCON-USGOV'],
  ...['PROPIN', 'RELIDO', 'RSEN'],
]
const isControl = (token: string): boolean => disseminationControls.includes(token)
/** Words that mean something else on a marking are no category's name, or the marking could be read in two ways. */
const isCategory = (token: string): boolean =>
  !isControl(token) && token !== 'NOFORN' && !token.startsWith('REL TO ') && !Object.values(levelWords).includes(token)

/** Where a label's data may be released: anywhere, to listed countries only, or to no foreign party at all. */
export const Releasability = z.union([z.literal('any'), z.literal('noforn'), z.array(Token).min(1).max(limits.categoriesMax)])
export type Releasability = z.infer<typeof Releasability>

export const Label = z.strictObject({
  level: Level,
  categories: z.array(Token.refine(isCategory)).max(limits.categoriesMax),
  dissemination: z.array(Token.refine(isControl)).max(limits.categoriesMax),
  releasability: Releasability,
})
export type Label = z.infer<typeof Label>

export const unclassified: Label = { level: 'unclassified', categories: [], dissemination: [], releasability: 'any' }

/** A control that already contains another: the more restrictive one stands alone. */
const impliedBy: Readonly<Record<string, string>> = { FEDCON: 'FED ONLY', NOCON: 'FED ONLY' }

const rank = (level: Level): number => levels.indexOf(level)
const union = (a: readonly string[], b: readonly string[]): string[] => [...new Set([...a, ...b])].sort()
const strictest = (controls: readonly string[]): string[] => controls.filter((control) => !controls.includes(impliedBy[control] ?? ''))

function meetReleasability(a: Releasability, b: Releasability): Releasability {
  if (a === 'noforn' || b === 'noforn') return 'noforn'
  if (a === 'any') return b === 'any' ? 'any' : [...b].sort()
  if (b === 'any') return [...a].sort()
  const both = a.filter((country) => b.includes(country)).sort()
  return both.length === 0 ? 'noforn' : both
}

/** The least label that covers both. "At least": compilation can be higher, and a person decides that. */
export function join(a: Label, b: Label): Label {
  return {
    level: rank(a.level) >= rank(b.level) ? a.level : b.level,
    categories: union(a.categories, b.categories),
    dissemination: strictest(union(a.dissemination, b.dissemination)),
    releasability: meetReleasability(a.releasability, b.releasability),
  }
}

/** A control stands for those that it contains, too. */
const spelledOut = (controls: readonly string[]): string[] =>
  union(
    controls,
    Object.keys(impliedBy).filter((control) => controls.includes(impliedBy[control] ?? '')),
  )

const widest = (a: Releasability, b: Releasability): Releasability => {
  if (a === 'any' || b === 'any') return 'any'
  if (a === 'noforn') return b
  return b === 'noforn' ? a : union(a, b).slice(0, limits.categoriesMax)
}

/** A ceiling that is classified permits controlled unclassified information too, which lies below it. */
const withCui = ({ level, categories }: Label): readonly string[] => (level === 'unclassified' ? categories : union(categories, ['CUI']))

/** The ceiling under which lies exactly what both permit. */
export function meet(a: Label, b: Label): Label {
  const [mine, theirs] = [spelledOut(a.dissemination), spelledOut(b.dissemination)]
  return {
    level: rank(a.level) <= rank(b.level) ? a.level : b.level,
    categories: withCui(a)
      .filter((category) => withCui(b).includes(category))
      // A classified ceiling says it by being one.
      .filter((category) => category !== 'CUI' || a.level === 'unclassified' || b.level === 'unclassified')
      .sort(),
    dissemination: strictest(mine.filter((control) => theirs.includes(control))).sort(),
    releasability: widest(a.releasability, b.releasability),
  }
}

export const joinAll = (labels: readonly Label[]): Label => labels.reduce(join, unclassified)

const sameReleasability = (a: Releasability, b: Releasability): boolean =>
  typeof a === 'string' || typeof b === 'string' ? a === b : a.length === b.length && a.every((country, i) => country === b[i])

export const sameLabel = (a: Label, b: Label): boolean =>
  a.level === b.level &&
  a.categories.join('|') === b.categories.join('|') &&
  a.dissemination.join('|') === b.dissemination.join('|') &&
  sameReleasability(a.releasability, b.releasability)

/** Whether data labelled `b` may lie where `a` is the highest permitted: a ⊒ b. */
export function dominates(a: Label, b: Label): boolean {
  if (rank(b.level) > rank(a.level)) return false
  // Most labels are a level and nothing else: the level alone decides then.
  if (b.categories.length === 0 && b.dissemination.length === 0 && b.releasability === 'any') return true
  return sameLabel(join(a, b), join(a, a))
}

/** Whether whatever lies under the ceiling `b` also lies under the ceiling `a`. */
export const covers = (a: Label, b: Label): boolean => sameLabel(meet(a, b), meet(b, b))

/** Whether a station with this ceiling may hold the label; compartments are permitted one by one. */
export function permits(ceiling: Label, label: Label): boolean {
  return dominates({ ...ceiling, categories: [...withCui(ceiling)] }, label)
}

/** The marking as it stands on a banner, such as `CUI` or `SECRET//SI//NOFORN`. */
export function marking(label: Label): string {
  const isCui = label.categories.includes('CUI')
  const rest = label.categories.filter((category) => category !== 'CUI')
  const base = label.level === 'unclassified' && isCui ? 'CUI' : levelWords[label.level]
  const parts = [base]
  if (label.level !== 'unclassified' && isCui) parts.push('CUI')
  if (rest.length > 0) parts.push(rest.join('/'))
  if (label.dissemination.length > 0) parts.push(label.dissemination.join('/'))
  if (label.releasability === 'noforn') parts.push('NOFORN')
  else if (label.releasability !== 'any') parts.push(`REL TO ${label.releasability.join(', ')}`)
  return parts.join('//')
}

/** The banner colour's name, after the highest thing on the label. */
export type BannerColour = 'unclassified' | 'cui' | 'confidential' | 'secret' | 'top_secret' | 'compartmented'
export function bannerColour(label: Label): BannerColour {
  const compartments = label.categories.filter((category) => category !== 'CUI')
  if (label.level === 'top_secret' && compartments.length > 0) return 'compartmented'
  if (label.level === 'unclassified' && label.categories.includes('CUI')) return 'cui'
  return label.level
}

/** Short names a person may give for a label: a level, or `cui` for unclassified with the CUI category. */
export const labelNames = [...levels, 'cui'] as const
export const LabelName = z.enum(labelNames)
export type LabelName = z.infer<typeof LabelName>

export const labelFromName = (name: LabelName): Label =>
  name === 'cui' ? { ...unclassified, categories: ['CUI'] } : { ...unclassified, level: name }

/**
 * What one mark says: the words and abbreviations of banners and portion marks, and the label they stand for. Pure. It reads a mark, it
 * does not find one; what it does not recognise is no mark.
 *
 * Not recognised, so that people who import know: marks of other governments and joint marks such as (//GBR S); NATO RESTRICTED; the
 * levels of other countries (OFFICIAL-SENSITIVE, VS-NfD); marks in square brackets, in pictures, in small letters, or in another language;
 * declassification stamps, which would lower a label.
 */
import { disseminationControls, join, joinAll, Label, type Level, levels, levelWords, unclassified } from './label.ts'

const short: Readonly<Record<string, Level>> = { U: 'unclassified', C: 'confidential', S: 'secret', TS: 'top_secret' }
const nato: Readonly<Record<string, Level>> = {
  'NATO UNCLASSIFIED': 'unclassified',
  'NATO CONFIDENTIAL': 'confidential',
  'NATO SECRET': 'secret',
  'COSMIC TOP SECRET': 'top_secret',
}
const cui = ['CUI', 'CONTROLLED', 'CONTROLLED UNCLASSIFIED INFORMATION']
/** Marks of before CUI: what carries them is handled as CUI until somebody has looked at it. */
const legacy = [
  ...['FOUO', 'FOR OFFICIAL USE ONLY', 'SBU', 'SBU-NF', 'SENSITIVE BUT UNCLASSIFIED', 'LES', 'LES-NF', 'LAW ENFORCEMENT SENSITIVE', 'SSI'],
  'SENSITIVE SECURITY INFORMATION',
]
const controls: Readonly<Record<string, string>> = {
  ...{ OC: 'ORCON', 'OC-USGOV': 'ORCON-USGOV', IMC: 'IMCON', PR: 'PROPIN', DSEN: 'DEA SENSITIVE', DS: 'LIMDIS', ND: 'NODIS', XD: 'EXDIS' },
  ...Object.fromEntries(disseminationControls.map((control) => [control, control])),
}
const categories: Readonly<Record<string, string>> = {
  ...{ COMINT: 'SI', 'SI-GAMMA': 'SI-G', 'TALENT KEYHOLE': 'TK', 'RESTRICTED DATA': 'RD', CNWDI: 'RD-CNWDI' },
  'FORMERLY RESTRICTED DATA': 'FRD',
  ...Object.fromEntries(
    ['SI', 'SI-G', 'TK', 'HCS', 'HCS-O', 'HCS-P', 'RD', 'RD-CNWDI', 'FRD', 'TFNI', 'FGI', 'ATOMAL'].map((name) => [name, name]),
  ),
}
const patterned = /^(?:SI-[A-Z]{1,3}|HCS-[A-Z]{1,3}|SAR-[A-Z0-9-]{1,20}|FGI [A-Z]{3,4}(?: [A-Z]{3,4})*|SP-[A-Z]{2,12})$/

export interface ReadMark {
  readonly label: Label
  /** More than a level: such a mark is taken for nothing else. */
  readonly isCompound: boolean
  /** Released to whom the banner says. */
  readonly isReleasedAsBanner: boolean
  /** What is known of it as a label: never a word that only the document knows. */
  readonly known: Label
}

interface Token {
  readonly label: Label
  readonly isKnown: boolean
}

const categoryToken = (name: string, isKnown: boolean): Token => ({ label: { ...unclassified, categories: [name] }, isKnown })

function tokenOf(word: string, isCui: boolean): Token | null {
  const control = controls[word]
  if (control !== undefined) return { label: { ...unclassified, dissemination: [control] }, isKnown: true }
  if (word === 'NF' || word === 'NOFORN') return { label: { ...unclassified, releasability: 'noforn' }, isKnown: true }
  if (word.startsWith('REL TO ')) {
    const countries = word.slice('REL TO '.length).split(/[, ]+/)
    return countries.every((name) => /^[A-Z]{3,4}$/.test(name))
      ? { label: { ...unclassified, releasability: [...new Set(countries)].sort() }, isKnown: true }
      : null
  }
  if (legacy.includes(word) || cui.includes(word)) {
    const label: Label = { ...unclassified, categories: ['CUI'], releasability: word.endsWith('-NF') ? 'noforn' : 'any' }
    return { label, isKnown: true }
  }
  const category = categories[word]
  if (category !== undefined) return categoryToken(category, true)
  if (patterned.test(word) || (isCui && /^[A-Z]{2,12}$/.test(word))) return categoryToken(word, true)
  return Label.shape.categories.safeParse([word]).success ? categoryToken(word, false) : null
}

/** `S//NF` became usual late: older marks have one stroke, or a space. */
const older = /^(TOP SECRET|SECRET|CONFIDENTIAL|TS|S|C)[ /]((?:NOFORN|NF|ORCON|OC)(?:\/(?:NOFORN|NF|ORCON|OC))*)$/

function baseOf(word: string, form: 'banner' | 'portion'): Label | null {
  const level = levels.find((one) => levelWords[one] === word) ?? (form === 'portion' ? short[word] : undefined)
  if (level !== undefined) return { ...unclassified, level }
  if (cui.includes(word)) return { ...unclassified, categories: ['CUI'] }
  const allied = nato[word]
  return allied === undefined ? null : { ...unclassified, level: allied, categories: ['NATO'] }
}

/** Reads `SECRET//SI//NOFORN` or, as a portion, `S//SI//NF`, without its brackets. Null when it is no mark. */
export function readMark(text: string, form: 'banner' | 'portion'): ReadMark | null {
  const old = older.exec(text)
  const [word = '', ...segments] = (old === null ? text : `${old[1]}//${old[2]}`).split('//')
  const base = baseOf(word, form)
  if (base === null || (word === 'CONTROLLED' && segments.length === 0)) return null
  const isCui = base.categories.includes('CUI')
  const words = segments.flatMap((segment) => (segment.startsWith('REL TO ') ? [segment] : segment.split('/')))
  const isReleasedAsBanner = words.includes('REL') || words.includes('REL TO')
  const tokens: Token[] = []
  for (const one of words) {
    if (one === 'REL' || one === 'REL TO') continue
    const token = tokenOf(one.trim(), isCui)
    if (token === null) return null
    tokens.push(token)
  }
  const isKnown = isReleasedAsBanner || tokens.some((token) => token.isKnown)
  // A level with a word that nobody knows: on a banner the level is certain; in brackets it may be anything, but for the highest.
  const isSerious = base.level !== 'unclassified'
  if (tokens.length > 0 && !isKnown && form === 'portion' && (base.level === 'unclassified' || base.level === 'confidential')) return null
  const counted = tokens.filter((token) => token.isKnown || isSerious)
  const label = joinAll([base, ...counted.map((token) => token.label)])
  if (!Label.safeParse(label).success) return null
  return {
    label,
    known: joinAll([base, ...counted.filter((token) => token.isKnown).map((token) => token.label)]),
    isCompound: segments.length > 0,
    isReleasedAsBanner,
  }
}

/** A mark that says "released as the banner says": by the banner's own list, or to nobody else where there is none. */
export const releasedAs = (mark: ReadMark, banner: Label): Label =>
  mark.isReleasedAsBanner
    ? join(mark.label, { ...unclassified, releasability: banner.releasability === 'any' ? ['USA'] : banner.releasability })
    : mark.label

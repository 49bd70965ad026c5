/** A label as a portion mark, abbreviated as on paper: `S//NF`. `mark-words.ts` reads it back. */
import type { Label, Level } from './label.ts'

const levelLetters: Readonly<Record<Level, string>> = { unclassified: 'U', confidential: 'C', secret: 'S', top_secret: 'TS' }
const abbreviations: Readonly<Record<string, string>> = {
  ...{
    ORCON: 'OC',
    'ORCON-USGOV': 'OC-USGOV',
    IMCON: 'IMC',
    PROPIN: 'PR',
    'DEA SENSITIVE': 'DSEN',
    LIMDIS: 'DS',
    NODIS: 'ND',
    EXDIS: 'XD',
  },
}

/** Without its brackets. */
export function portionMark({ level, categories, dissemination, releasability }: Label): string {
  const isCui = categories.includes('CUI')
  const rest = categories.filter((category) => category !== 'CUI')
  const parts = [level === 'unclassified' && isCui ? 'CUI' : levelLetters[level]]
  if (level !== 'unclassified' && isCui) parts.push('CUI')
  if (rest.length > 0) parts.push(rest.join('/'))
  const release = releasability === 'any' ? [] : [releasability === 'noforn' ? 'NF' : `REL TO ${releasability.join(', ')}`]
  const controls = [...dissemination.map((control) => abbreviations[control] ?? control), ...release]
  if (controls.length > 0) parts.push(controls.join('/'))
  return parts.join('//')
}

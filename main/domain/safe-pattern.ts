/**
 * Whether a regular expression of another's making may be tried on a long text: it must end soon on every text, whatever stands in it.
 * What cannot be seen to be safe is refused. Pure.
 */

export const patternLimits = { choicesMax: 10_000, repeatMax: 1_000 } as const

/** `unreadable`: no regular expression at all; the others say what could run away. */
export const patternFaults = ['unreadable', 'look_around', 'back_reference', 'unbounded', 'nested', 'too_many_choices'] as const
export type PatternFault = (typeof patternFaults)[number]

export const explainPattern: Readonly<Record<PatternFault, string>> = {
  unreadable: 'is no regular expression',
  look_around: 'looks ahead or behind',
  back_reference: 'refers back to a group',
  unbounded: 'repeats without an upper bound (write {1,40} instead of +)',
  nested: 'repeats a group that itself repeats or chooses',
  too_many_choices: `has more than ${patternLimits.choicesMax} ways to match`,
}

interface Group {
  /** Ways in which what was read so far can match one text. */
  ways: number
  /** Ways of the part that a quantifier would repeat. */
  last: { readonly ways: number; readonly isGroup: boolean }
  alternatives: number
}

const newGroup = (): Group => ({ ways: 1, last: { ways: 1, isGroup: false }, alternatives: 0 })
const waysOf = (group: Group): number => group.alternatives + group.ways

/** Null when it is safe. Such a pattern costs at most `choicesMax` tries at each place of a text. */
export function patternFault(pattern: string): PatternFault | null {
  try {
    new RegExp(pattern, 'u')
  } catch {
    return 'unreadable'
  }
  const stack: Group[] = [newGroup()]
  for (let at = 0; at < pattern.length; at++) {
    const group = stack.at(-1) ?? newGroup()
    const rest = pattern.slice(at)
    const character = pattern.charAt(at)
    if (character === '\\') {
      if (/^\\[1-9k]/.test(rest)) return 'back_reference'
      // `u{…}`, `p{…}` and `x..` are read to their ends, so that their braces are no quantifiers.
      at += (/^\\(?:u\{[^}]*\}|[pP]\{[^}]*\}|u[0-9a-fA-F]{4}|x[0-9a-fA-F]{2}|c[A-Za-z]|.)/su.exec(rest)?.[0].length ?? 2) - 1
      group.last = { ways: 1, isGroup: false }
    } else if (character === '[') {
      at += (/^\[(?:\\.|[^\]\\])*\]/su.exec(rest)?.[0].length ?? 1) - 1
      group.last = { ways: 1, isGroup: false }
    } else if (character === '(') {
      if (/^\(\?(?:[=!]|<[=!])/.test(rest)) return 'look_around'
      at += (/^\(\?(?::|<[^>]*>|[a-z-]*:)/.exec(rest)?.[0].length ?? 1) - 1
      stack.push(newGroup())
    } else if (character === ')') {
      stack.pop()
      const outer = stack.at(-1)
      if (outer === undefined) return 'unreadable'
      outer.last = { ways: waysOf(group), isGroup: true }
      outer.ways *= outer.last.ways
    } else if (character === '|') {
      group.alternatives += group.ways
      group.ways = 1
      group.last = { ways: 1, isGroup: false }
    } else if (character === '*' || character === '+' || /^\{\d+,\}/.test(rest)) return 'unbounded'
    else if (character === '?' || character === '{') {
      const bounds = /^\{(\d+)(?:,(\d+))?\}/.exec(rest)
      const [least, most] = bounds === null ? [0, 1] : [Number(bounds[1]), Number(bounds[2] ?? bounds[1])]
      // After a quantifier it only says which way is tried first.
      const isLazy = character === '?' && /[?}]$/.test(pattern.slice(0, at)) && group.last.ways === 0
      if (isLazy) continue
      if (most > patternLimits.repeatMax) return 'unbounded'
      if (group.last.ways > 1 && most > 1) return 'nested'
      group.ways *= most - least + 1
      // Nothing may be repeated twice over.
      group.last = { ways: 0, isGroup: false }
      at += (bounds?.[0].length ?? 1) - 1
    } else group.last = { ways: 1, isGroup: false }
    if (stack.some((open) => waysOf(open) > patternLimits.choicesMax)) return 'too_many_choices'
  }
  return null
}

/** WCAG 2.2 contrast of the theme's roles, in both themes, read from the style sheet that ships. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'

const sheet = readFileSync(join(import.meta.dirname, '../../renderer/styles/roles.css'), 'utf8')
const themes = ['light', 'dark'] as const
type Theme = (typeof themes)[number]

const value = /--([\w-]+):\s*(?:light-dark\((#[0-9a-f]{6}),\s*(#[0-9a-f]{6})\)|(#[0-9a-f]{6}));/g
const roles = new Map(
  [...sheet.matchAll(value)].map(([, name, light, dark, both]) => [name ?? '', { light: light ?? both ?? '', dark: dark ?? both ?? '' }]),
)

function colour(role: string, theme: Theme): string {
  const found = roles.get(role)
  if (found === undefined) throw new Error(`no role ${role} in the style sheet`)
  return found[theme]
}

/** Relative luminance, WCAG 2.2. */
function luminance(hex: string): number {
  const [r = 0, g = 0, b = 0] = [1, 3, 5].map((at) => {
    const share = Number.parseInt(hex.slice(at, at + 2), 16) / 255
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4
  })
  return 0.2126 * r + 0.7152 * g + 0.0722 * b
}

function contrast(a: string, b: string): number {
  const [light = 0, dark = 0] = [luminance(a), luminance(b)].sort((x, y) => y - x)
  return (light + 0.05) / (dark + 0.05)
}

const grounds = ['ground', 'surface', 'raised', 'sunken', 'hover'] as const
const text: readonly (readonly [string, readonly string[]])[] = [
  ['ink', [...grounds, 'mark', 'accent-soft', 'warn-soft', 'bad-soft', 'info-soft', 'ok-soft']],
  ['ink-2', [...grounds, 'accent-soft', 'warn-soft', 'bad-soft']],
  ['ink-3', grounds],
  ['accent', ['ground', 'surface', 'raised', 'accent-soft']],
  ['accent-ink', ['accent', 'accent-strong']],
  ...(['ok', 'warn', 'bad', 'info'] as const).map((tone) => [tone, ['ground', 'surface', 'raised', `${tone}-soft`]] as const),
]
const levels: readonly (readonly [string, readonly string[]])[] = [
  ['level-ink', ['level-unclassified', 'level-cui', 'level-confidential', 'level-secret']],
  ['level-ink-dark', ['level-top-secret', 'level-compartmented']],
]
const edges: readonly (readonly [string, readonly string[]])[] = [
  ['edge', ['ground', 'surface', 'raised']],
  ['accent', ['ground', 'surface', 'raised']],
  ['bad', ['ground', 'surface', 'raised']],
]

const tooFaint = (pairs: readonly (readonly [string, readonly string[]])[], least: number): readonly string[] =>
  themes.flatMap((theme) =>
    pairs.flatMap(([front, backs]) =>
      backs.flatMap((back) => {
        const ratio = contrast(colour(front, theme), colour(back, theme))
        return ratio >= least ? [] : [`${theme}: ${front} on ${back} is ${ratio.toFixed(2)}`]
      }),
    ),
  )

test('UI text has a contrast of at least 4.5 to 1 on every ground it stands on, in both themes', () => {
  expect(tooFaint(text, 4.5)).toEqual([])
})

test('UI markings are readable in the standard colours', () => {
  expect(tooFaint(levels, 4.5)).toEqual([])
})

test('UI the edges of what can be operated have a contrast of at least 3 to 1', () => {
  expect(tooFaint(edges, 3)).toEqual([])
})

test('UI the measure itself is right: black on white is 21 to 1', () => {
  expect(contrast('#000000', '#ffffff')).toBeCloseTo(21, 5)
  expect(contrast('#767676', '#ffffff')).toBeCloseTo(4.54, 2)
})

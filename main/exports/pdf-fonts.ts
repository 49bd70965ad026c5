/** IBM Plex Sans in a PDF: one face for each script, embedded when a text first needs it. A character that none has is written as its code. */
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import fontkit from '@pdf-lib/fontkit'
import type { PDFDocument, PDFFont } from 'pdf-lib'
import { codeOf } from '../domain/inert-text.ts'
import { unpackWoff } from './woff.ts'

const scripts = ['latin', 'latin-ext', 'greek', 'cyrillic', 'cyrillic-ext', 'vietnamese'] as const
export const weights = { regular: 400, bold: 600 } as const
export type Weight = keyof typeof weights

/** No ligatures: what is copied out of the paper is what was set. */
const plain = { liga: false, clig: false, dlig: false, calt: false, kern: false } as const

/** A stretch of text that one face sets. */
export interface Run {
  readonly font: PDFFont
  readonly text: string
}

export interface Fonts {
  runs(text: string, weight: Weight): readonly Run[]
  /** Points. Set without ligatures and kerning, a text is as wide as its characters. */
  width(text: string, weight: Weight, size: number): number
  /** Whether some character had to be written as its code. */
  hasCodes(): boolean
}

const require = createRequire(import.meta.url)
const faces = new Map<string, { readonly bytes: Uint8Array; readonly chars: ReadonlySet<number> }>()

function faceOf(script: (typeof scripts)[number], weight: Weight) {
  const name = `${script}-${weights[weight]}`
  const known = faces.get(name)
  if (known !== undefined) return known
  const bytes = unpackWoff(readFileSync(require.resolve(`@fontsource/ibm-plex-sans/files/ibm-plex-sans-${name}-normal.woff`)))
  const face = { bytes, chars: new Set(fontkit.create(bytes).characterSet) }
  faces.set(name, face)
  return face
}

export async function loadFonts(document: PDFDocument, texts: readonly string[]): Promise<Fonts> {
  document.registerFontkit(fontkit)
  const embedded = new Map<string, PDFFont>()
  const needed = new Set(texts.join(''))
  for (const weight of ['regular', 'bold'] as const) {
    let left = new Set([...needed].map((char) => char.codePointAt(0) ?? 0))
    for (const script of scripts) {
      const { bytes, chars } = faceOf(script, weight)
      const mine = [...left].filter((code) => chars.has(code))
      if (mine.length > 0 || script === 'latin')
        embedded.set(`${script} ${weight}`, await document.embedFont(bytes, { subset: true, features: plain }))
      left = new Set([...left].filter((code) => !chars.has(code)))
      if (left.size === 0) break
    }
  }
  /** Of each character at size 1: shaping every word anew would take most of the time. */
  const widths: Record<Weight, Map<string, number>> = { regular: new Map(), bold: new Map() }
  let isCoded = false
  const fontFor = (code: number, weight: Weight): PDFFont | null => {
    for (const script of scripts) {
      const font = embedded.get(`${script} ${weight}`)
      if (font !== undefined && faceOf(script, weight).chars.has(code)) return font
    }
    return null
  }
  const latin = (weight: Weight): PDFFont => {
    const font = embedded.get(`latin ${weight}`)
    if (font === undefined) throw new Error('the Latin face is always there')
    return font
  }
  const runs: Fonts['runs'] = (text, weight) => {
    const found: { font: PDFFont; text: string }[] = []
    for (const char of text) {
      const own = fontFor(char.codePointAt(0) ?? 0, weight)
      if (own === null) isCoded = true
      const [font, set] = own === null ? [latin(weight), codeOf(char)] : [own, char]
      const last = found.at(-1)
      if (last !== undefined && last.font === font) last.text += set
      else found.push({ font, text: set })
    }
    return found
  }
  const widthOf = (char: string, weight: Weight): number => {
    const known = widths[weight].get(char)
    if (known !== undefined) return known
    const width = runs(char, weight).reduce(
      (sum, run) => sum + [...run.text].reduce((all, one) => all + run.font.widthOfTextAtSize(one, 1), 0),
      0,
    )
    widths[weight].set(char, width)
    return width
  }
  return {
    runs,
    width: (text, weight, size) => [...text].reduce((sum, char) => sum + widthOf(char, weight), 0) * size,
    hasCodes: () => isCoded,
  }
}

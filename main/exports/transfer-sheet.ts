/** The sheet that goes with a medium: what it is, how it is marked, what to compare, who had it, and a line for its destruction. A4, the same bytes for the same facts. */
import { PDFDocument, rgb } from 'pdf-lib'
import qrcode from 'qrcode-generator'
import { bannerColour, type Label, marking } from '../domain/label.ts'
import { bannerInk } from './banner-ink.ts'
import { loadFonts } from './pdf-fonts.ts'
import { createSetter, ink, sheet } from './pdf-page.ts'

export interface TransferSheet {
  readonly label: Label
  readonly purpose: 'production' | 'development'
  /** `Holdfast 1.2.0, stable 14`. */
  readonly title: string
  readonly createdAt: string
  readonly items: number
  readonly size: string
  /** SHA-256 of `BUNDLE.json`, and of the first root, in hex. */
  readonly digest: string
  readonly fingerprint: string
  readonly signers: readonly string[]
  readonly volume: string | null
  readonly mediumLabel: string | null
  readonly mediumSerial: string | null
  /** Last hash of each record of custody. */
  readonly custodyHeads: readonly string[]
}

const band = 22
const body = { size: 10, lead: 14.5 } as const
const column = 130
const codeSize = 120
const hex = (text: string): string => text.match(/.{1,8}/g)?.join(' ') ?? text

const colour = (code: string) => {
  const part = (at: number) => Number.parseInt(code.slice(at, at + 2), 16) / 255
  return rgb(part(1), part(3), part(5))
}

/** What a telephone reads in place of a person: the two hashes that are compared. */
export const sheetCode = ({ digest, fingerprint }: Pick<TransferSheet, 'digest' | 'fingerprint'>): string =>
  `holdfast-bundle:${digest};root:${fingerprint}`

function drawCode(page: ReturnType<PDFDocument['addPage']>, text: string, x: number, y: number, size: number): void {
  const code = qrcode(0, 'M')
  code.addData(text)
  code.make()
  const count = code.getModuleCount()
  const step = size / count
  for (let row = 0; row < count; row++) {
    for (let at = 0; at < count; at++)
      if (code.isDark(row, at))
        page.drawRectangle({ x: x + at * step, y: y + size - (row + 1) * step, width: step, height: step, color: rgb(0, 0, 0) })
  }
}

export async function renderTransferSheet(facts: TransferSheet): Promise<Uint8Array> {
  const { label, purpose, title, createdAt, items, size, digest, fingerprint, signers, volume, mediumLabel, mediumSerial, custodyHeads } =
    facts
  const document = await PDFDocument.create({ updateMetadata: false })
  const made = new Date(createdAt)
  document.setTitle(`Transfer sheet: ${title}`)
  document.setCreationDate(made)
  document.setModificationDate(made)
  const rows: ReadonlyArray<readonly [string, string]> = [
    ['Bundle', title],
    ['Made', createdAt],
    ['Contents', `${items} items, ${size}`],
    ['Volume', volume ?? 'the only one'],
    ['Medium', mediumLabel ?? '______________________________'],
    ['Serial number', mediumSerial ?? '______________________________'],
    ['Signed by', signers.join(', ')],
  ]
  const steps = [
    '1. Compare the fingerprint of the root with what you were told on another way than this sheet.',
    '2. Look at the bundle before anything else: holdfast bundle inspect, or README.txt on the medium.',
    '3. Load it. Nothing is written to the medium; it keeps the classification of this sheet.',
  ]
  const texts = [
    ...rows.flat(),
    ...steps,
    ...custodyHeads,
    digest,
    fingerprint,
    marking(label),
    'DEVELOPMENT ROOT: for nobody’s use',
    longText,
  ]
  const fonts = await loadFonts(document, texts)
  const setter = createSetter(document, fonts)
  setter.paragraph([{ text: 'Transfer sheet', weight: 'bold' }], { size: 20, lead: 26, after: 4 })
  setter.paragraph([{ text: 'One for each medium. It travels apart from the medium that it describes.', color: ink.quiet }], {
    ...body,
    after: 10,
  })
  if (purpose === 'development')
    setter.framed(() =>
      setter.paragraph([{ text: 'DEVELOPMENT ROOT: for nobody’s use', weight: 'bold', color: ink.warn }], { ...body, indent: 9 }),
    )
  setter.space(6)
  for (const [name, value] of rows) setter.row(name, value, { ...body, column })
  setter.space(12)
  setter.paragraph([{ text: 'To compare, digit by digit', weight: 'bold' }], { size: 12, lead: 17, after: 2 })
  const compared = { size: 9, lead: 14.5, column: 70 } as const
  setter.row('Root', hex(fingerprint), compared)
  setter.row('Bundle', hex(digest), compared)
  for (const head of custodyHeads) setter.row('Custody', hex(head), compared)
  setter.space(10)
  for (const step of steps) setter.paragraph([{ text: step }], { ...body, after: 1 })
  setter.space(codeSize + 16)
  const [first] = setter.pages
  if (first !== undefined) drawCode(first, sheetCode(facts), sheet.left, setter.here(), codeSize)
  setter.space(6)
  for (const [who, what] of hands) {
    setter.space(30)
    setter.rule(250)
    setter.rule(150, 300)
    setter.row(who, what, { size: 8.5, lead: 12, column: 300 })
  }
  const { background, ink: banner } = bannerInk[bannerColour(label)]
  for (const page of setter.pages) {
    for (const y of [sheet.height - band, 0]) {
      page.drawRectangle({ x: 0, y, width: sheet.width, height: band, color: colour(background) })
      let at = (sheet.width - fonts.width(marking(label), 'bold', 11)) / 2
      for (const run of fonts.runs(marking(label), 'bold')) {
        page.drawText(run.text, { x: at, y: y + 7, size: 11, font: run.font, color: colour(banner) })
        at += fonts.width(run.text, 'bold', 11)
      }
    }
  }
  return document.save()
}

const hands = [
  ['Handed over by: name, signature', 'Date and time'],
  ['Received by: name, signature', 'Date and time'],
  ['Medium destroyed or kept by: name, signature, how', 'Date and time'],
] as const
const longText = hands.flat().join(' ')

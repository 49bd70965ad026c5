/** Documents for the tests of the viewer, with every word at a place the test knows. */
import { type PDFDict, PDFDocument, PDFName, type PDFObject, PDFString, rgb, StandardFonts } from 'pdf-lib'

export const page = { width: 595, height: 842, left: 60, size: 11, lineStep: 16 } as const

export const quote = 'a controlling depth of 7.4 metres at lowest astronomical tide'
const before = 'The eastern quay was sounded on 12 March and has '
const after = '. The chart of 2009 shows more.'
export const quotePage = 4
const quoteLine = 20

const filler = (number: number, line: number): string =>
  `Page ${number}, line ${line}: the watch noted routine traffic, moderate weather and nothing further to report.`

export interface MadePdf {
  readonly bytes: Uint8Array
  /** Where the quote's letters stand, in points from the page's top left corner, by the font's own metrics. */
  readonly quoteBox: { readonly left: number; readonly right: number; readonly baseline: number }
}

export async function makeSurvey(pageCount: number): Promise<MadePdf> {
  const document = await PDFDocument.create()
  const font = await document.embedFont(StandardFonts.TimesRoman)
  for (let number = 1; number <= pageCount; number++) {
    const sheet = document.addPage([page.width, page.height])
    for (let line = 1; line <= 44; line++) {
      const isQuoted = number === quotePage && line === quoteLine
      const text = isQuoted ? before + quote + after : filler(number, line)
      sheet.drawText(text, { x: page.left, y: page.height - 60 - line * page.lineStep, size: page.size, font })
    }
  }
  const left = page.left + font.widthOfTextAtSize(before, page.size)
  return {
    bytes: await document.save(),
    quoteBox: { left, right: left + font.widthOfTextAtSize(quote, page.size), baseline: 60 + quoteLine * page.lineStep },
  }
}

/** A page whose file holds the pieces of one line in another order than they are read. */
export async function makeOutOfOrder(): Promise<{ readonly bytes: Uint8Array; readonly left: number; readonly right: number }> {
  const document = await PDFDocument.create()
  const font = await document.embedFont(StandardFonts.TimesRoman)
  const sheet = document.addPage([page.width, page.height])
  const y = page.height - 300
  const [number, words, rest] = ['7. ', 'The little pilot tells it still till it is lit', ' MEN AND WOMEN WATCHED THE MOLE.']
  const left = page.left + font.widthOfTextAtSize(number, page.size)
  const right = left + font.widthOfTextAtSize(words, page.size)
  sheet.drawText(words + rest, { x: left, y, size: page.size, font })
  sheet.drawText(number, { x: page.left, y, size: page.size, font })
  return { bytes: await document.save(), left: page.left, right }
}
export const outOfOrderQuote = '7. The little pilot tells it still till it is lit'

/** A PDF that wants to run a script, call out and open addresses. */
export async function makeHostile(address: string): Promise<Uint8Array> {
  const document = await PDFDocument.create()
  const font = await document.embedFont(StandardFonts.Helvetica)
  const sheet = document.addPage([page.width, page.height])
  sheet.drawText('This page carries a script, a link and a form that sends itself.', { x: 60, y: 700, size: 12, font, color: rgb(0, 0, 0) })
  const { context, catalog } = document
  const action = (entries: Record<string, unknown>): PDFDict => context.obj(entries as Record<string, PDFObject>)
  const script = action({
    S: 'JavaScript',
    JS: PDFString.of(`app.launchURL("${address}/script", true); this.submitForm("${address}/form")`),
  })
  catalog.set(PDFName.of('OpenAction'), context.register(script))
  catalog.set(PDFName.of('AA'), action({ WC: script }))
  const link = context.register(
    action({
      ...{ Type: 'Annot', Subtype: 'Link', Rect: [50, 690, 500, 720], Border: [0, 0, 2] },
      A: action({ S: 'URI', URI: PDFString.of(`${address}/link`) }),
    }),
  )
  sheet.node.set(PDFName.of('Annots'), context.obj([link]))
  return document.save()
}

/** Text that tries to be more than text. */
export const hostileHtml = (address: string): string => `<!doctype html><html><head><title>Note</title></head><body>
<h1>Note</h1>
<p>&lt;img src="${address}/img" onerror="window.isTaken = true"&gt;
&lt;script&gt;window.isTaken = true&lt;/script&gt; stands here as words.</p>
<p><img src="${address}/real-img" onerror="window.isTaken = true"><script>window.isTaken = true</script>
The invoice is named report\u202Efdp.exe and holds zero\u200Bwidth letters.</p>
<iframe src="${address}/frame"></iframe><style>@import url(${address}/style);</style>
</body></html>`

export const csvOf = (rows: number): string => {
  const lines = ['berth,depth_m,sounded_on,remark']
  for (let row = 1; row <= rows; row++) {
    const berth = `${['A', 'B', 'C'][row % 3]}${row}`
    const day = String((row % 28) + 1).padStart(2, '0')
    lines.push(`${berth},${(6 + (row % 30) / 10).toFixed(1)},2026-03-${day},${row % 4 === 0 ? '' : `soundings of lane ${row}`}`)
  }
  return lines.join('\n')
}

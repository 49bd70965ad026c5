/** Exercises the PDF reader while a parser waits, so that its code is compiled when a document comes. Touches no document. */

const passesMax = 24
const linesOnPage = 40

/** A one-page PDF without an index; PDFium builds that itself. */
function samplePage(): Uint8Array {
  const line = (at: number) => `1 0 0 1 60 ${780 - at * 16} Tm (Line ${at} of a page that no one will ever read, as long as lines are.) Tj`
  const content = `BT /F1 10 Tf ${Array.from({ length: linesOnPage }, (_, at) => line(at)).join(' ')} ET`
  const objects = [
    '<</Type/Catalog/Pages 2 0 R>>',
    '<</Type/Pages/Kids[3 0 R]/Count 1>>',
    '<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>>>>>',
    `<</Length ${content.length}>>stream\n${content}\nendstream`,
    '<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>',
  ]
  const body = objects.map((object, at) => `${at + 1} 0 obj${object}endobj\n`).join('')
  return Buffer.from(`%PDF-1.4\n${body}trailer<</Root 1 0 R/Size 6>>\n%%EOF\n`, 'latin1')
}

/** Stops as soon as `isWanted` says that there is real work. */
export async function warmUp(isWanted: () => boolean): Promise<void> {
  const { readPdf } = await import('./pdf.ts')
  const page = samplePage()
  for (let pass = 0; pass < passesMax; pass++) {
    await new Promise((resolve) => setImmediate(resolve))
    if (isWanted()) return
    for await (const piece of readPdf(page)) if (piece.blocks.length > 0 && isWanted()) return
  }
}

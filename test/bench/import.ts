/** What the throw-away process costs: a PDF through the parser against PDFium alone, in alternating pairs. Prints ratios. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PDFiumLibrary } from '@hyzyla/pdfium'
import { createDocumentParser } from '../../main/memory/parse-host.ts'
import { createChildHost } from '../../main/platform/child-host.ts'
import { makeTextPdf } from '../support/pdf-files.ts'

const sizes = { pages: 100, pairs: 7, pauseMs: 400 } as const

export interface ImportBench {
  readonly pages: number
  readonly pagesPerSecond: number
  readonly barePagesPerSecond: number
  /** Wall time through the parser ÷ wall time of PDFium alone: median, least and greatest of the pairs. */
  readonly ratio: { readonly median: number; readonly least: number; readonly greatest: number }
}

const median = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[values.length >> 1] ?? Number.NaN

export async function benchImport(pairs: number = sizes.pairs): Promise<ImportBench> {
  const folder = await mkdtemp(join(tmpdir(), 'import-bench-'))
  const host = createChildHost()
  const parser = createDocumentParser(host)
  const library = await PDFiumLibrary.init()
  try {
    const bytes = await makeTextPdf(sizes.pages)
    const path = join(folder, 'pages.pdf')
    await writeFile(path, bytes)
    const through = async (): Promise<number> => {
      const from = performance.now()
      const parsed = await parser.parse({ path, fileName: 'pages.pdf' })
      if (!parsed.ok || parsed.value.pages.length !== sizes.pages) throw new Error('the bench document was not read')
      return performance.now() - from
    }
    const bare = async (): Promise<number> => {
      const from = performance.now()
      const document = await library.loadDocument(bytes)
      let chars = 0
      for (const page of document.pages()) chars += page.getText().length
      document.destroy()
      if (chars === 0) throw new Error('the bench document has no text')
      return performance.now() - from
    }
    const pause = () => new Promise((resolve) => setTimeout(resolve, sizes.pauseMs))
    const ratios: number[] = []
    const throughMs: number[] = []
    const bareMs: number[] = []
    await through()
    await bare()
    for (let pair = 0; pair < pairs; pair++) {
      // The next parser is started ahead while this one reads; give it the time an import's other work would.
      await pause()
      const a = await through()
      await pause()
      const b = await bare()
      throughMs.push(a)
      bareMs.push(b)
      ratios.push(a / b)
    }
    return {
      pages: sizes.pages,
      pagesPerSecond: (sizes.pages * 1_000) / median(throughMs),
      barePagesPerSecond: (sizes.pages * 1_000) / median(bareMs),
      ratio: { median: median(ratios), least: Math.min(...ratios), greatest: Math.max(...ratios) },
    }
  } finally {
    library.destroy()
    await parser.close()
    await host.close()
    await rm(folder, { recursive: true })
  }
}

if (import.meta.main) {
  const { pages, pagesPerSecond, barePagesPerSecond, ratio } = await benchImport()
  const figures = `${ratio.median.toFixed(2)} (${ratio.least.toFixed(2)}–${ratio.greatest.toFixed(2)})`
  console.log(`import of a ${pages}-page PDF through its process ÷ PDFium alone: ${figures}`)
  console.log(`pages a second: ${pagesPerSecond.toFixed(0)} through its process, ${barePagesPerSecond.toFixed(0)} alone`)
}

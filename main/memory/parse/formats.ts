/**
 * The registry of document formats: to add one, write its reader and add its line here (and its name to the domain's list). A parser
 * loads the readers of one format alone: it reads one document, and loading them all takes longer than reading most.
 */
import type { DocumentFormat } from '../../domain/document.ts'
import { parseLimits } from './limits.ts'
import type { Format, Reading } from './reader.ts'

export const formats: Readonly<Record<DocumentFormat, Format>> = {
  pdf: {
    sizeBytesMax: parseLimits.fileBytesMax,
    load: async (): Promise<Reading> => {
      const { pdfStore, readPdf } = await import('./pdf.ts')
      return { read: readPdf, store: pdfStore }
    },
  },
  docx: { sizeBytesMax: parseLimits.fileBytesMax, load: async () => ({ read: (await import('./docx.ts')).readDocx }) },
  html: { sizeBytesMax: parseLimits.textFileBytesMax, load: async () => ({ read: (await import('./html.ts')).readHtml }) },
  markdown: { sizeBytesMax: parseLimits.textFileBytesMax, load: async () => ({ read: (await import('./markdown.ts')).readMarkdown }) },
  text: { sizeBytesMax: parseLimits.textFileBytesMax, load: async () => ({ read: (await import('./text.ts')).readText }) },
  csv: { sizeBytesMax: parseLimits.textFileBytesMax, load: async () => ({ read: (await import('./csv.ts')).readCsv }) },
}

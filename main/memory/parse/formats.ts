/** The registry of document formats: to add one, write its reader and add its line here (and its name to the domain's list). */
import type { DocumentFormat } from '../../domain/document.ts'
import { readCsv } from './csv.ts'
import { readDocx } from './docx.ts'
import { readHtml } from './html.ts'
import { parseLimits } from './limits.ts'
import { readMarkdown } from './markdown.ts'
import { pdfStore, readPdf } from './pdf.ts'
import type { Format } from './reader.ts'
import { readText } from './text.ts'

export const formats: Readonly<Record<DocumentFormat, Format>> = {
  pdf: { sizeBytesMax: parseLimits.fileBytesMax, read: readPdf, store: pdfStore },
  docx: { sizeBytesMax: parseLimits.fileBytesMax, read: readDocx },
  html: { sizeBytesMax: parseLimits.textFileBytesMax, read: readHtml },
  markdown: { sizeBytesMax: parseLimits.textFileBytesMax, read: readMarkdown },
  text: { sizeBytesMax: parseLimits.textFileBytesMax, read: readText },
  csv: { sizeBytesMax: parseLimits.textFileBytesMax, read: readCsv },
}

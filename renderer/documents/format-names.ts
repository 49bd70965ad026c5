/** Document formats as people call them, and the endings of their files. */
import type { DocumentFormat } from '../../main/domain/document.ts'

export const formatNames: Readonly<Record<DocumentFormat, string>> = {
  pdf: 'PDF',
  docx: 'DOCX',
  html: 'HTML',
  markdown: 'Markdown',
  text: 'Text',
  csv: 'CSV',
}

/** What a person reads about what can be imported. */
export const formatsRead = 'PDF, DOCX, HTML, Markdown, TXT, CSV'

const endings = new Set('pdf docx html htm xhtml md markdown txt text log csv tsv tab'.split(' '))

/** Whether a file could be one that is read. A file without an ending may be text: its content decides. */
export function mayBeRead(fileName: string): boolean {
  const dot = fileName.lastIndexOf('.')
  return dot <= 0 || endings.has(fileName.slice(dot + 1).toLowerCase())
}

/** What the file dialog offers first. */
export const filesAccepted = [...endings].map((ending) => `.${ending}`).join(',')

/** One paper in a format that is text: quick enough to be set where it is asked for. */
import { paperLines } from '../domain/paper-lines.ts'
import { csvPaper } from './csv-paper.ts'
import { htmlPaper } from './html-paper.ts'
import { jsonPaper } from './json-paper.ts'
import { markdownPaper } from './markdown-paper.ts'
import type { RenderRequest, TextFormat } from './render-request.ts'

export function textPaper({ paper, portionMarks }: Omit<RenderRequest, 'format'>, format: TextFormat): string {
  switch (format) {
    case 'md':
      return markdownPaper(paper, paperLines(paper, portionMarks))
    case 'html':
      return htmlPaper(paper, paperLines(paper, portionMarks))
    case 'csv':
      return csvPaper(paper, portionMarks)
    case 'json':
      return jsonPaper(paper, portionMarks)
  }
}

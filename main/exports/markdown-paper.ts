/** A paper as Markdown: marked at both ends, every text inert. */
import { marking } from '../domain/label.ts'
import { markdownText as plain } from '../domain/markdown-text.ts'
import type { PaperLine } from '../domain/paper-lines.ts'
import type { WorkingPaper } from '../domain/working-paper.ts'

const marked = (mark: string | null, text: string): string => (mark === null ? plain(text) : `${plain(mark)} ${plain(text)}`)

function block(line: PaperLine): string {
  switch (line.kind) {
    case 'title':
      return `# ${marked(line.mark, line.text)}`
    case 'heading':
      return `## ${plain(line.text)}`
    case 'status':
      return `**${plain(line.text)}**`
    case 'note':
      return `*${plain(line.text)}*`
    case 'question':
      return `## ${marked(line.mark, line.text)}`
    case 'claim':
      return `${marked(line.mark, line.text)}${line.sources.map((n) => ` [${n}]`).join('')}${line.isSupported ? '' : ' *(no source supports this)*'}`
    case 'source':
      return `${line.n}. ${marked(line.mark, line.about)}\n   “${plain(line.quote)}”\n   ${plain(line.proof)}`
    case 'facts':
      return line.rows.map(([name, value]) => `- ${plain(name)}: ${plain(value)}`).join('\n')
    case 'signature':
      return 'Released by: \\_\\_\\_\\_\\_\\_\\_\\_\\_\\_\\_\\_\\_\\_\\_\\_\\_\\_\\_\\_ Date: \\_\\_\\_\\_\\_\\_\\_\\_\\_\\_\\_\\_'
  }
}

export function markdownPaper({ label }: Pick<WorkingPaper, 'label'>, lines: readonly PaperLine[]): string {
  const banner = `**${plain(marking(label))}**`
  return `${[banner, ...lines.map(block), banner].join('\n\n')}\n`
}

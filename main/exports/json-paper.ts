/** A paper for other programs: marked first and last, each text with its marking, labels as Holdfast keeps them. */
import { marking } from '../domain/label.ts'
import { statusOf } from '../domain/paper-lines.ts'
import { portionMark } from '../domain/portion.ts'
import type { WorkingPaper } from '../domain/working-paper.ts'

export function jsonPaper({ sections, label, ...paper }: WorkingPaper, portionMarks: boolean): string {
  const marked = <T extends { readonly portion: WorkingPaper['label'] }>({ portion, ...rest }: T) =>
    portionMarks ? { marking: portionMark(portion), label: portion, ...rest } : rest
  const value = {
    marking: marking(label),
    format: 'holdfast-paper/1',
    label,
    status: statusOf(paper),
    ...paper,
    sections: sections.map(({ question, claims, sources, ...rest }) => ({
      question: marked(question),
      claims: claims.map(marked),
      sources: sources.map((source) => ({ ...marked(source), document: marking(source.document) })),
      ...rest,
    })),
    endMarking: marking(label),
  }
  return `${JSON.stringify(value, null, 2)}\n`
}

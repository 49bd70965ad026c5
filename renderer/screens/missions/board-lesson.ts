/** What a mission taught, read back from the words under which it was kept. Pure. */
import type { MemoryEntry } from '../../../main/domain/memory-entry.ts'

export type LessonPart = keyof MemoryEntry

export const lessonParts = ['context', 'solution', 'learning', 'impact'] as const satisfies readonly LessonPart[]

export const lessonWords: Readonly<Record<LessonPart, string>> = {
  ...{ context: 'Where it holds', solution: 'What solved it', learning: 'What was learnt', impact: 'What came of it' },
}

export interface ReadPart {
  readonly part: LessonPart
  readonly words: string
}

/** Null where it was not kept as a lesson: words of a person's own. A part begins where its name does, in their order. */
export function readLesson(content: string): readonly ReadPart[] | null {
  const parts: Array<{ readonly part: LessonPart; readonly lines: string[] }> = []
  for (const line of content.split('\n')) {
    const before = parts.at(-1)
    const later = lessonParts.slice(before === undefined ? 0 : lessonParts.indexOf(before.part) + 1)
    const part = later.find((name) => line.startsWith(`${name}: `))
    if (part !== undefined) parts.push({ part, lines: [line.slice(part.length + 2)] })
    else if (before === undefined) return null
    else before.lines.push(line)
  }
  return parts.map(({ part, lines }) => ({ part, words: lines.join('\n') }))
}

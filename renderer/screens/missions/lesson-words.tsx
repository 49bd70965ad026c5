/** A lesson as it is read: each part of it under what it says. */
import { SourceText } from '../../documents/source-text.tsx'
import { lessonWords, readLesson } from './board-lesson.ts'

export function LessonWords({ content }: { content: string | null }) {
  if (content === null) return <p className="text-ink-2">Purged.</p>
  const parts = readLesson(content)
  if (parts === null) {
    return (
      <p className="whitespace-pre-wrap [overflow-wrap:anywhere]">
        <SourceText text={content} />
      </p>
    )
  }
  return (
    <dl className="grid grid-cols-[8rem_minmax(0,1fr)] gap-x-3 gap-y-1">
      {parts.map(({ part, words }) => (
        <div key={part} className="contents">
          <dt className="text-small leading-[inherit] text-ink-2">{lessonWords[part]}</dt>
          <dd className="whitespace-pre-wrap [overflow-wrap:anywhere]">
            <SourceText text={words} />
          </dd>
        </div>
      ))}
    </dl>
  )
}

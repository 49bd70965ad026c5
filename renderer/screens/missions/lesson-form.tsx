/** Where a person writes down what a mission taught. What is missing is said before it is kept: it stays as it is written. */
import { type FormEvent, useRef, useState } from 'react'
import { checkMemoryEntry } from '../../../main/domain/memory-entry.ts'
import { useAct } from '../../api.tsx'
import { Button } from '../../components/button.tsx'
import { FailureNotice } from '../../components/failure-notice.tsx'
import { Kbd } from '../../components/kbd.tsx'
import { TextField } from '../../components/text-field.tsx'
import { type LessonPart, lessonParts, lessonWords } from './board-lesson.ts'

export type LessonDraft = Readonly<Record<LessonPart, string>>

export const emptyLesson: LessonDraft = { context: '', solution: '', learning: '', impact: '' }

const details: Readonly<Record<LessonPart, string>> = {
  context: 'Without it nobody can tell where the lesson applies.',
  solution: 'What was done in the end.',
  learning: 'What you would tell whoever does it next.',
  impact: 'What it saved, or what it cost.',
}

const isFilled = (text: string): boolean => text.trim() !== ''

interface Props {
  readonly missionId: string
  /** Kept by whoever shows this, so that looking at something else loses none. */
  readonly words: LessonDraft
  readonly onWords: (words: LessonDraft) => void
  readonly onKept: () => void
}

export function LessonForm({ missionId, words, onWords, onKept }: Props) {
  const learn = useAct('board.learn', { stales: ['board.get', 'board.lessons'] })
  /** Nobody is told that a form is empty before it was sent. */
  const [isTried, setTried] = useState(false)
  const room = useRef<HTMLFormElement>(null)
  const given = Object.fromEntries(lessonParts.filter((part) => isFilled(words[part])).map((part) => [part, words[part].trim()]))
  const { errors } = checkMemoryEntry(given)
  const missing = lessonParts.filter((part) => part !== 'context' && !isFilled(words[part]))
  const mustAsk = missing.length > 0 && !isTried
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (learn.isPending) return
    setTried(true)
    if (errors.length > 0) return room.current?.querySelector('textarea')?.focus()
    if (mustAsk) return
    // Done also where something else is looked at by then: kept words must not stand there to be kept twice.
    void learn.mutateAsync({ missionId, ...given }).then(
      () => {
        onWords(emptyLesson)
        setTried(false)
        onKept()
      },
      () => undefined,
    )
  }
  const problem = (part: LessonPart): string | undefined =>
    part === 'context' && isTried && errors.length > 0 ? 'Say where this applies: it is not kept without.' : undefined
  const isWarned = isTried && errors.length === 0 && missing.length > 0
  return (
    <form
      ref={room}
      aria-label="A lesson of this mission"
      onSubmit={submit}
      onKeyDown={(event) => {
        if (event.key === 'Enter' && event.ctrlKey) submit(event)
      }}
      className="rounded-lg border border-line bg-surface px-4 py-3.5"
    >
      <div className="grid grid-cols-2 gap-x-4 gap-y-3">
        {lessonParts.map((part) => (
          <TextField
            key={part}
            title={lessonWords[part]}
            value={words[part]}
            rows={2}
            detail={details[part]}
            problem={problem(part)}
            onChange={(text) => {
              onWords({ ...words, [part]: text })
              // What is missing is said anew once something else is.
              if (isFilled(text) !== isFilled(words[part])) setTried(false)
            }}
          />
        ))}
      </div>
      {isWarned && (
        <p role="alert" className="mt-3 rounded-md border border-warn/45 bg-warn-soft px-3.5 py-2.5">
          <b className="font-semibold">Something is missing:</b> {missing.map((part) => lessonWords[part].toLowerCase()).join(', ')}. A
          lesson stays as it is written. Say it, or keep it so.
        </p>
      )}
      {learn.error !== null && (
        <div className="mt-3">
          <FailureNotice failure={learn.error.failure} />
        </div>
      )}
      <div className="mt-3 flex justify-end">
        <Button size="medium" kind="main" type="submit" disabled={learn.isPending}>
          {learn.isPending ? 'Keeping…' : isWarned ? 'Keep it all the same' : 'Keep this lesson'} <Kbd keys="Ctrl Enter" />
        </Button>
      </div>
    </form>
  )
}

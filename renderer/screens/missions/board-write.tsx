/** Where a person writes on the blackboard. What is written stays as it is, so it is said before. */
import { type FormEvent, useState } from 'react'
import { BoardKind } from '../../../main/domain/mission/events.ts'
import { useAct } from '../../api.tsx'
import { Button } from '../../components/button.tsx'
import { ChoiceMenu } from '../../components/choice-menu.tsx'
import { FailureNotice } from '../../components/failure-notice.tsx'
import { boardKindWords } from './mission-words.ts'

const limits = { wordsCharsMax: 4_000 } as const

export function BoardWrite({ missionId }: { missionId: string }) {
  const write = useAct('board.write', { stales: ['board.get'] })
  const [kind, setKind] = useState<BoardKind>('observation')
  const [words, setWords] = useState('')
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (words.trim() === '' || write.isPending) return
    write.mutate({ missionId, kind, content: words.trim() }, { onSuccess: () => setWords('') })
  }
  return (
    <form
      onSubmit={submit}
      onKeyDown={(event) => {
        if (event.key === 'Enter' && event.ctrlKey) submit(event)
      }}
      className="rounded-lg border border-edge bg-surface transition-colors focus-within:border-accent"
    >
      <textarea
        aria-label="Write on the blackboard"
        placeholder="Write on the blackboard…"
        value={words}
        rows={2}
        maxLength={limits.wordsCharsMax}
        onChange={(event) => setWords(event.target.value)}
        className="field-sizing-content block max-h-40 min-h-14 w-full resize-none bg-transparent px-3.5 pt-2.5 pb-1 outline-none placeholder:text-ink-3"
      />
      {write.error !== null && (
        <div className="px-3 pb-2">
          <FailureNotice failure={write.error.failure} />
        </div>
      )}
      <div className="flex items-center gap-2 px-3 pb-2.5">
        <ChoiceMenu
          label="Kind of entry"
          value={kind}
          choices={BoardKind.options.map((value) => ({ value, title: boardKindWords[value] }))}
          onChoose={(value) => setKind(BoardKind.options.find((one) => one === value) ?? 'observation')}
        />
        <span className="truncate text-small text-ink-3">It stays as it is written.</span>
        <Button type="submit" className="ml-auto" disabled={words.trim() === '' || write.isPending}>
          {write.isPending ? 'Writing…' : 'Write it'}
        </Button>
      </div>
    </form>
  )
}

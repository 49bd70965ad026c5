/** Begins a mission: what is wanted, how it is labelled, where else it stops, what it may spend; and what will happen, in plain words. */
import { useNavigate } from '@tanstack/react-router'
import { type FormEvent, useEffect, useRef, useState } from 'react'
import type { Gate } from '../../../main/domain/mission/gates.ts'
import { missionLimits } from '../../../main/domain/mission/state.ts'
import { useAct } from '../../api.tsx'
import { Button } from '../../components/button.tsx'
import { Dialog } from '../../components/dialog.tsx'
import { FailureNotice } from '../../components/failure-notice.tsx'
import { TextField } from '../../components/text-field.tsx'
import { useMay } from '../../components/use-may.ts'
import { formatCount } from '../../format.ts'
import { useWordsLabel, WordsLabelMenu } from '../ask/words-label.tsx'
import { readTokens, whatWillHappen } from './start-words.ts'

const limits = { goalCharsMax: 2_000 } as const
const usualTokens = '1000000'

const optional = [
  { gate: 'G1', title: 'after a first look at your documents', detail: 'You say which way it should go before anybody plans.' },
  { gate: 'G3', title: 'before results are joined', detail: 'You see what each worker brought, and can have it done again.' },
] as const satisfies ReadonlyArray<{ readonly gate: Gate; readonly title: string; readonly detail: string }>

function Gates({ chosen, onChange }: { chosen: readonly Gate[]; onChange: (gates: readonly Gate[]) => void }) {
  return (
    <fieldset>
      <legend className="mb-1.5 text-small font-medium text-ink-2">It always stops for you at the plan and at the report. Also</legend>
      <div className="space-y-2">
        {optional.map(({ gate, title, detail }) => (
          <label key={gate} className="flex items-start gap-2.5">
            <input
              type="checkbox"
              checked={chosen.includes(gate)}
              onChange={({ target }) => onChange(target.checked ? [...chosen, gate] : chosen.filter((one) => one !== gate))}
              className="mt-1 accent-accent"
            />
            <span className="min-w-0">
              {title}
              <span className="block text-small text-ink-2">{detail}</span>
            </span>
          </label>
        ))}
      </div>
    </fieldset>
  )
}

function Form({ onClose }: { onClose: () => void }) {
  const navigate = useNavigate()
  const field = useRef<HTMLTextAreaElement>(null)
  const start = useAct('missions.start', { stales: ['missions.list', 'station.status'] })
  const may = useMay('runs.start')
  const words = useWordsLabel()
  const [goal, setGoal] = useState('')
  const [gates, setGates] = useState<readonly Gate[]>([])
  const [tokens, setTokens] = useState(usualTokens)
  const tokensMax = readTokens(tokens)
  // The dialog takes the focus first, and remembers where it came from.
  useEffect(() => void requestAnimationFrame(() => field.current?.focus()), [])
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (goal.trim() === '' || tokensMax === null || start.isPending || !may.isAllowed) return
    start.mutate(
      {
        ...{ goal: goal.trim(), gates: [...gates], tokensMax },
        ...words.input,
      },
      { onSuccess: ({ missionId }) => void navigate({ to: '/missions/$missionId', params: { missionId } }) },
    )
  }
  return (
    <form
      onSubmit={submit}
      onKeyDown={(event) => {
        if (event.key === 'Enter' && event.ctrlKey) submit(event)
      }}
      className="flex min-h-0 flex-col"
    >
      <div className="space-y-3.5 overflow-auto px-5 py-4">
        <label className="block">
          <span className="mb-1.5 block text-small font-medium text-ink-2">What you want to know or have</span>
          <textarea
            ref={field}
            value={goal}
            rows={3}
            maxLength={limits.goalCharsMax}
            onChange={(event) => setGoal(event.target.value)}
            placeholder="What caused the loss of the buoy? When was its mooring last inspected, and what was found?"
            className="block w-full rounded-md border border-edge bg-surface px-3 py-2 placeholder:text-ink-3"
          />
        </label>
        <p className="rounded-md border border-line bg-sunken px-3.5 py-2.5 text-ink-2 text-pretty">{whatWillHappen(gates)}</p>
        <Gates chosen={gates} onChange={setGates} />
        <div className="flex items-start gap-6">
          <TextField
            title="Tokens that all workers together may spend"
            value={tokens}
            onChange={setTokens}
            className="w-72"
            detail={`At most ${formatCount(missionLimits.tokensMax)}.`}
            problem={tokensMax === null ? `A whole number from 1 to ${formatCount(missionLimits.tokensMax)}.` : undefined}
          />
          {words.labels.length > 1 && (
            <div>
              <span className="mb-1 block text-small font-medium text-ink-2">Label of your words</span>
              <WordsLabelMenu words={words} title="Label of your words" />
            </div>
          )}
        </div>
        {may.why !== null && <p className="text-warn">{may.why}</p>}
        {start.error !== null && <FailureNotice failure={start.error.failure} />}
      </div>
      <div className="flex items-center justify-end gap-2 border-t border-line px-5 py-3">
        <span className="mr-auto text-small text-ink-3">It goes on when the window is closed.</span>
        <Button size="medium" onClick={onClose}>
          Cancel
        </Button>
        <Button
          size="medium"
          kind="main"
          type="submit"
          disabled={goal.trim() === '' || tokensMax === null || start.isPending || !may.isAllowed}
        >
          {start.isPending ? 'Beginning…' : 'Begin the mission'}
        </Button>
      </div>
    </form>
  )
}

export function StartMission({ isOpen, onClose }: { isOpen: boolean; onClose: () => void }) {
  return (
    <Dialog isOpen={isOpen} onOpenChange={(open) => !open && onClose()} title="Begin a mission" width="w-150">
      <Form onClose={onClose} />
    </Dialog>
  )
}

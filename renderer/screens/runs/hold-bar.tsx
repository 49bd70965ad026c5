/** Why a held run does not go on, and the way to what it waits for. Below the events, so that nothing moves when a run is held. */
import { Link } from '@tanstack/react-router'
import type { HoldKind } from '../../../main/domain/run/events.ts'
import type { ExistingRun, OpenHold } from '../../../main/domain/run/state.ts'
import { Button, buttonLook } from '../../components/button.tsx'
import { TimeAgo } from '../../components/time-ago.tsx'
import { TimeLeft } from '../../components/time-left.tsx'

const reasons: Readonly<Record<HoldKind, string>> = {
  operator: 'A person paused it.',
  approval: 'It wants to make a call that a person must approve.',
  question: 'It asked a person a question.',
  gate: 'It put a proposal to a person.',
  budget: 'It has used up what it may spend.',
  policy: 'A policy stopped it.',
  spiral: 'It went in circles: the same failure or the same call, again and again.',
  outcome_unknown: 'A call was under way when Holdfast ended. Nobody knows whether it took effect, so it is not made again.',
  version: 'Its agent may do more now than when it began. Let it go on with that, or end it.',
}

const isForPerson = (kind: HoldKind): boolean => kind === 'approval' || kind === 'question' || kind === 'gate'

interface Props {
  readonly state: ExistingRun
  readonly isBusy: boolean
  readonly onResume: () => void
  readonly onRaise: () => void
}

function Way({ hold, isBusy, onResume, onRaise }: { hold: OpenHold } & Omit<Props, 'state'>) {
  if (isForPerson(hold.kind)) {
    return (
      <Link to="/approvals/$holdId" params={{ holdId: hold.id }} className={buttonLook({ kind: 'main' })}>
        {hold.kind === 'question' ? 'Answer it' : 'Decide on it'}
      </Link>
    )
  }
  if (hold.kind === 'budget') {
    return (
      <Button kind="main" onClick={onRaise}>
        Change the limits…
      </Button>
    )
  }
  return (
    <Button onClick={onResume} disabled={isBusy}>
      Let it go on
    </Button>
  )
}

export function HoldBar({ state, ...way }: Props) {
  if (state.holds.length === 0) return null
  return (
    <section aria-label="What holds it" className="shrink-0 border-t border-warn/45 bg-warn-soft px-6 py-2.5">
      <ul className="space-y-2">
        {state.holds.map((hold) => (
          <li key={hold.id} className="flex flex-wrap items-center gap-x-3 gap-y-1">
            <span className="min-w-0 flex-1">
              <b className="font-semibold">Held.</b> {reasons[hold.kind]}{' '}
              <span className="text-ink-2">
                <TimeAgo atMs={hold.openedAtMs} />
                {hold.expiresAtMs !== null && (
                  <>
                    , runs out <TimeLeft atMs={hold.expiresAtMs} over="now" />
                  </>
                )}
              </span>
            </span>
            <Way hold={hold} {...way} />
          </li>
        ))}
      </ul>
    </section>
  )
}

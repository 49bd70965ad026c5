/** A plan that was not taken: where each fault stands in it, and what is wrong there. Nothing of the plan itself is kept. */
import type { RefusedPlan } from '../../../main/domain/mission/events.ts'
import { faultWords } from './mission-words.ts'

export function RefusedPlanView({ refused, isOver }: { refused: readonly RefusedPlan[]; isOver: boolean }) {
  if (refused.length === 0) return null
  return (
    <section aria-label="Refused plan" className="mb-5 rounded-md border border-bad/40 bg-bad-soft px-3.5 py-3">
      <h3 className="font-semibold">The planner’s last plan was refused</h3>
      <ul className="mt-1.5 space-y-1">
        {refused.map(({ code, at }, i) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: the faults of a plan never move
          <li key={i} className="[overflow-wrap:anywhere]">
            {at !== '' && <span className="font-mono text-small">{at}</span>} {faultWords({ code, at })}{' '}
            <span className="font-mono text-small text-ink-2">{code}</span>
          </li>
        ))}
      </ul>
      <p className="mt-1.5 text-ink-2">
        {isOver
          ? 'It was asked three times. The next one works from your words.'
          : 'It is told so and asked again; after three refusals you are.'}
      </p>
    </section>
  )
}

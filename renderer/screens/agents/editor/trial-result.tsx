/** What a text would have made of a recorded run: the sentence first, then step by step. */
import type { AgentTrial } from '../../../../main/domain/agent-trial.ts'
import { Chip, type Tone } from '../../../components/chip.tsx'
import { useShowsLabel } from '../../../frame/shown-label.ts'
import { TrialStepRow } from './trial-step.tsx'

const verdicts: Readonly<Record<AgentTrial['verdict'], { readonly title: string; readonly tone: Tone }>> = {
  same: { title: 'the same', tone: 'ok' },
  differs: { title: 'differs', tone: 'warn' },
  unjudged: { title: 'not to be said', tone: 'warn' },
  not_started: { title: 'would not have begun', tone: 'bad' },
}

/** `isStale`: the text has changed since. */
export function TrialResult({ trial, isStale }: { trial: AgentTrial; isStale: boolean }) {
  useShowsLabel(trial.label)
  const { title, tone } = verdicts[trial.verdict]
  const { added, left, changed } = trial.start.prefetch
  return (
    <section aria-label="Result of the dry run" className="border-t border-line">
      <div className="space-y-1.5 border-b border-line px-5 py-3" role="status">
        <p className="flex flex-wrap items-center gap-2">
          <Chip tone={tone}>{title}</Chip>
          {isStale && <Chip tone="warn">the text has changed since</Chip>}
        </p>
        <p className="font-medium [overflow-wrap:anywhere]">{trial.summary}</p>
        {added.length > 0 && <p className="text-small text-ink-2">Called first, and was not then: {added.join(', ')}.</p>}
        {changed.length > 0 && <p className="text-small text-ink-2">Called first with other arguments: {changed.join(', ')}.</p>}
        {left.length > 0 && <p className="text-small text-ink-2">Was called first, and would not be: {left.join(', ')}.</p>}
      </div>
      {trial.steps.length > 0 && (
        <ol aria-label="Steps">
          {trial.steps.map((step) => (
            <TrialStepRow key={step.stepId} step={step} />
          ))}
        </ol>
      )}
      {trial.end !== null && trial.end.says.length > 0 && (
        <p className="border-b border-line px-5 py-3">At its end: {trial.end.says.join(' ')}</p>
      )}
      {trial.verdict === 'differs' && (
        <p className="px-5 py-3 text-small text-ink-2">
          Each step is looked at from where the run stood then. What a model would answer to other words, nobody can say beforehand.
        </p>
      )}
    </section>
  )
}

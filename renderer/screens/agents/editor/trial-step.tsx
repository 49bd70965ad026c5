/** One step of a recorded run as the text would have made of it: the same, otherwise, or not to be said. */
import { CircleCheck, CircleHelp, TriangleAlert } from 'lucide-react'
import type { PromptSize, TrialState, TrialStep } from '../../../../main/domain/agent-trial.ts'
import { windowRules } from '../../../../main/domain/context-window.ts'
import { Chip } from '../../../components/chip.tsx'
import { formatCount, formatShare, plural } from '../../../format.ts'

const icons: Readonly<Record<TrialState, { readonly icon: typeof CircleCheck; readonly look: string; readonly title: string }>> = {
  same: { icon: CircleCheck, look: 'text-ok', title: 'the same' },
  differs: { icon: TriangleAlert, look: 'text-warn', title: 'differs' },
  unjudged: { icon: CircleHelp, look: 'text-ink-3', title: 'not to be said' },
}

function Size({ title, size, isEstimated }: { title: string; size: PromptSize | null; isEstimated: boolean }) {
  return (
    <div className="min-w-0">
      <dt className="text-note text-ink-2">
        {title}
        {isEstimated && ', estimated'}
      </dt>
      <dd className="tabular">
        {size === null ? (
          <span className="text-ink-2">nothing is shown</span>
        ) : (
          <>
            {isEstimated && 'about '}
            {plural(size.tokens, 'token')}
            <span className="block text-small text-ink-2">
              {formatShare(size.share)} of {formatCount(size.contextTokens)}, limit {formatShare(windowRules.hardShare)}
              {size.leftOut > 0 && `, ${size.leftOut} left out`}
            </span>
            {size.isOver && <Chip tone="bad">does not fit</Chip>}
          </>
        )}
      </dd>
    </div>
  )
}

export function TrialStepRow({ step }: { step: TrialStep }) {
  const { ordinal, name, kind, state, says, call, context } = step
  const { icon: Icon, look, title } = icons[state]
  return (
    <li className={`border-b border-line px-5 py-2.5 ${state === 'same' ? 'text-ink-2' : ''}`} data-state={state}>
      <p className="flex items-center gap-2">
        <Icon aria-hidden className={`size-4 shrink-0 ${look}`} />
        <span className="w-6 shrink-0 text-right text-small text-ink-2 tabular">{ordinal + 1}</span>
        <span className="min-w-0 truncate font-mono text-small">
          {kind === 'model' ? (name === 'reflex' ? 'draft without a model' : 'model') : name}
        </span>
        <span className="ml-auto shrink-0 text-small">{title}</span>
      </p>
      {says.length > 0 && (
        <ul className="mt-1 space-y-0.5 pl-14">
          {says.map((text) => (
            <li key={text} className="[overflow-wrap:anywhere]">
              {text}
            </li>
          ))}
        </ul>
      )}
      {call?.needsPerson === true && call.neededPerson && (
        <p className="mt-0.5 pl-14 text-small text-ink-2">A person is asked before it, as then.</p>
      )}
      {state !== 'unjudged' && context !== null && (
        <dl className="mt-1.5 grid grid-cols-2 gap-3 pl-14">
          {state === 'same' ? (
            <Size title="Shown, as then" size={context.now} isEstimated={context.isEstimated} />
          ) : (
            <>
              <Size title="Shown then" size={context.before} isEstimated={false} />
              <Size title="Now" size={context.now} isEstimated={context.isEstimated} />
            </>
          )}
        </dl>
      )}
    </li>
  )
}

/** How much of its window a model was shown at one step, compared with what it may be shown, and by whose leave. */
import type { ShownContext } from '../../../main/contract/context.ts'
import { Hash } from '../../components/copy-button.tsx'
import { formatCount, formatShare, plural } from '../../format.ts'
import { tierTitles } from '../../route-words.ts'
import { ContextBar } from './context-bar.tsx'

function Sizes({ shown }: { shown: ShownContext }) {
  const { promptTokens, limitTokens, contextTokens, share, tier } = shown
  if (contextTokens === 0)
    return (
      <p className="text-ink-2">
        No model read this: a fixed procedure picked sentences from {plural(shown.parts.length, 'passage')}. No window is filled by it.
      </p>
    )
  return (
    <>
      <p className="mb-2 flex flex-wrap items-baseline gap-x-4 gap-y-0.5 text-small text-ink-2 tabular">
        <span>
          <b className="text-read font-semibold text-ink">{formatShare(share)}</b> of the window, limit{' '}
          {formatShare(limitTokens / contextTokens)}
        </span>
        <span>
          {formatCount(promptTokens)} of {formatCount(limitTokens)} tokens that it may take
        </span>
        <span>
          {tierTitles[tier]}, window of {formatCount(contextTokens)} tokens
        </span>
      </p>
      <ContextBar shown={shown} />
    </>
  )
}

export function ContextSummary({ shown }: { shown: ShownContext }) {
  return (
    <section aria-label="How full the window was" className="shrink-0 border-b border-line px-6 py-3.5">
      <Sizes shown={shown} />
      {shown.exemptionId !== null && (
        <p className="mt-2 flex flex-wrap items-center gap-1.5 text-small text-warn">
          A person had lifted the limit for an hour, by the exemption
          <Hash value={shown.exemptionId} label="the exemption’s id" />
        </p>
      )}
      {!shown.isWhole && shown.contextTokens > 0 && (
        <p className="mt-2 text-small text-warn">
          This run is of an older version of Holdfast, which put on record only which passages a model was shown. The whole prompt stands
          with the call in the run.
        </p>
      )}
    </section>
  )
}

/** An answer under way: checked claims as they will stay, the rest as "checking", the sentence being written last. */
import { useCallback, useMemo } from 'react'
import type { RunSummary } from '../../../main/contract/runs.ts'
import { partialClaims } from '../../../main/domain/partial-claims.ts'
import { useLive } from '../../api.tsx'
import { Chip } from '../../components/chip.tsx'
import { useNow } from '../../components/use-now.ts'
import { visibleString } from '../../documents/visible-text.ts'
import { formatDuration } from '../../format.ts'
import type { LiveRun } from '../../live.ts'
import { ProseClaim } from './claims.tsx'

const everyMs = 1_000

const stages: Readonly<Record<string, string>> = {
  searching: 'Searching your documents',
  reading: 'Reading the passages found',
  writing: 'Writing',
  checking: 'Checking every quote',
}

const stageOf = (live: LiveRun | undefined, run: RunSummary): string => {
  if (live !== undefined && live.stage !== '') return stages[live.stage] ?? live.stage
  return run.status === 'active' ? 'Working' : 'Waiting for its turn'
}

/** The claims of the text so far, each checked or not yet. */
function useClaims(live: LiveRun | undefined) {
  const text = live?.text ?? ''
  const checked = live?.claims
  return useMemo(() => {
    const { complete, writing } = partialClaims(text)
    const known = new Map((checked ?? []).map((one) => [one.index, one]))
    const count = Math.max(complete.length, ...[...known.keys()].map((index) => index + 1), 0)
    const claims = Array.from({ length: count }, (_, index) => ({ index, checked: known.get(index), text: complete[index]?.text ?? '' }))
    return { claims, writing }
  }, [text, checked])
}

interface Props {
  readonly run: RunSummary
  readonly selected: number | null
  readonly onSelect: (n: number) => void
}

export function LiveAnswer({ run, selected, onSelect }: Props) {
  const live = useLive(useCallback((state) => state.runs.get(run.id), [run.id]))
  const nowMs = useNow(everyMs)
  const { claims, writing } = useClaims(live)
  return (
    <div>
      <div className="mb-4 flex flex-wrap gap-1.5">
        <Chip tone="accent">
          <span aria-hidden className="size-1.5 animate-wait rounded-full bg-accent" />
          {stageOf(live, run)}
        </Chip>
        <Chip>{formatDuration(Math.max(0, nowMs - run.createdAt))}</Chip>
      </div>
      <p className="text-read text-pretty">
        {claims.map(({ index, checked, text }) =>
          checked === undefined ? (
            <span key={index} className="text-ink-3" title="Its quote is being looked up in the source.">
              {visibleString(text)} <Chip>checking</Chip>{' '}
            </span>
          ) : (
            <span key={index}>
              <ProseClaim claim={checked.claim} look={{ citations: checked.citations, selected, onSelect }} />{' '}
            </span>
          ),
        )}
        {writing !== null && (
          <span aria-hidden className="text-ink-3">
            {visibleString(writing.text)}
            <span className="ml-0.5 inline-block h-4 w-0.5 translate-y-0.5 animate-wait bg-accent" />
          </span>
        )}
      </p>
      {/* Whole sentences only, once each, when they were checked. */}
      <div className="sr-only" aria-live="polite">
        {claims.map(({ index, checked }) =>
          checked === undefined ? null : (
            <p key={index}>
              {checked.claim.text} {checked.claim.supported ? 'Quote verified.' : 'No passage supports this sentence.'}
            </p>
          ),
        )}
      </div>
    </div>
  )
}

/** Which evidence stands beside a conversation: the selected turn's, else the last turn's, also while it is still being written. */
import { useCallback, useMemo } from 'react'
import type { Answer, Citation } from '../../../main/contract/answer.ts'
import type { CallOutput } from '../../../main/contract/calls.ts'
import type { RunSummary } from '../../../main/contract/runs.ts'
import { useLive } from '../../api.tsx'
import type { Evidence } from './citation-mark.tsx'

type Conversation = CallOutput<'conversations.get'>

export interface ShownEvidence {
  readonly run: RunSummary | null
  readonly question: string
  readonly answer: Answer | null
  /** Those of the answer, or those checked so far. */
  readonly citations: readonly Citation[]
  readonly n: number | null
}

const nothing: ShownEvidence = { run: null, question: '', answer: null, citations: [], n: null }

export function useEvidence(conversation: Conversation | undefined, selected: Evidence | null): ShownEvidence {
  const live = useLive(useCallback((state) => state.runs, []))
  return useMemo(() => {
    const turns = (conversation?.turns ?? []).map((turn) => {
      const checked = turn.answer === null ? (live.get(turn.run.id)?.claims ?? []).flatMap((one) => one.citations) : turn.answer.citations
      return { ...turn, citations: [...new Map(checked.map((citation) => [citation.n, citation])).values()] }
    })
    const shown = turns.find(({ run }) => run.id === selected?.runId) ?? turns.at(-1)
    if (shown === undefined) return nothing
    const { run, question, answer, citations } = shown
    const n = selected?.runId === run.id ? selected.n : (citations[0]?.n ?? null)
    return { run, question, answer, citations, n }
  }, [conversation, live, selected])
}

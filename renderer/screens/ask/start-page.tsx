/** Ask before anything was asked: what to bring in first, then questions to begin with and those asked before. */
import { Link } from '@tanstack/react-router'
import { ArrowRight, FileText } from 'lucide-react'
import { useCallback } from 'react'
import type { StationStatus } from '../../../main/contract/station.ts'
import { useAct, useCall, useLive } from '../../api.tsx'
import { Button, buttonLook } from '../../components/button.tsx'
import { EmptyState } from '../../components/empty-state.tsx'
import { FailureNotice } from '../../components/failure-notice.tsx'
import { ProgressBar } from '../../components/progress-bar.tsx'
import { Skeleton } from '../../components/skeleton.tsx'
import { TimeAgo } from '../../components/time-ago.tsx'
import { formatCount, plural } from '../../format.ts'

function ImportsUnderWay() {
  const imports = useLive(useCallback((live) => live.imports, []))
  const running = [...imports.values()].filter((one) => one.state === 'running')
  return running.map((one) => (
    <div key={one.id} className="mb-6 rounded-md border border-line bg-surface px-4 py-3">
      <div className="mb-2 flex justify-between gap-4">
        <span className="truncate">Reading {one.collection}</span>
        <span className="text-ink-2 tabular">
          {formatCount(one.totals.done)} of {plural(one.totals.files, 'file')}
        </span>
      </div>
      <ProgressBar share={one.totals.files === 0 ? null : one.totals.done / one.totals.files} label={`Reading ${one.collection}`} />
    </div>
  ))
}

function NothingHeld({ status }: { status: StationStatus }) {
  const load = useAct('sample.load', { stales: ['station.status', 'imports.list'] })
  return (
    <EmptyState
      icon={FileText}
      title="Bring in documents first"
      actions={
        <>
          <Link to="/documents" className={buttonLook({ kind: 'main', size: 'medium' })}>
            Add documents
          </Link>
          <Button size="medium" onClick={() => load.mutate({})} disabled={load.isPending}>
            Open the sample case
          </Button>
        </>
      }
    >
      <p>
        Then ask them in your own words. Every sentence of an answer is checked against the page that it comes from, and a click opens that
        page. The sample case is {status.sampleCase.name.replace(/^Sample case: /, 'about ')}: a dozen invented papers and six questions.
      </p>
      {load.isError && (
        <div className="mt-4 text-left">
          <FailureNotice failure={load.error.failure} />
        </div>
      )}
    </EmptyState>
  )
}

function Suggestions({ questions, onAsk }: { questions: readonly string[]; onAsk: (question: string) => void }) {
  return (
    <section className="mb-8">
      <h2 className="mb-2 text-small font-semibold text-ink-2">Questions to begin with</h2>
      <ul className="overflow-hidden rounded-lg border border-line bg-surface">
        {questions.map((question) => (
          <li key={question} className="border-b border-line last:border-0">
            <button
              type="button"
              onClick={() => onAsk(question)}
              className="group flex w-full items-center gap-3 px-4 py-2.5 text-left transition-colors hover:bg-hover focus-visible:-outline-offset-2"
            >
              <span className="flex-1">{question}</span>
              <ArrowRight
                aria-hidden
                className="size-4 text-ink-3 transition-transform group-hover:translate-x-0.5 group-hover:text-accent"
              />
            </button>
          </li>
        ))}
      </ul>
    </section>
  )
}

function AskedBefore() {
  const recent = useCall('conversations.list', { limit: 12 })
  if (recent.isPending) {
    return (
      <div role="status" aria-label="Reading questions asked before" className="space-y-4 pt-6">
        <Skeleton className="h-4 w-2/3" />
        <Skeleton className="h-4 w-1/2" />
        <Skeleton className="h-4 w-3/5" />
      </div>
    )
  }
  if (recent.isError) return <FailureNotice failure={recent.error.failure} onRetry={() => void recent.refetch()} />
  if (recent.data.items.length === 0) return null
  return (
    <section>
      <h2 className="mb-1 text-small font-semibold text-ink-2">Asked before</h2>
      <ul className="-mx-3">
        {recent.data.items.map((conversation) => (
          <li key={conversation.id}>
            <Link
              to="/ask/$conversationId"
              params={{ conversationId: conversation.id }}
              className="flex items-baseline gap-4 rounded-md px-3 py-2 transition-colors hover:bg-hover"
            >
              <span className="min-w-0 flex-1 truncate">{conversation.title}</span>
              {conversation.runs > 1 && <span className="text-small text-ink-2 tabular">{plural(conversation.runs, 'question')}</span>}
              <span className="w-24 text-right text-small text-ink-2">
                <TimeAgo atMs={conversation.lastAt} />
              </span>
            </Link>
          </li>
        ))}
      </ul>
    </section>
  )
}

export function StartPage({ status, onAsk }: { status: StationStatus; onAsk: (question: string) => void }) {
  const imports = useLive(useCallback((live) => live.imports, []))
  const isImporting = [...imports.values()].some((one) => one.state === 'running')
  if (status.counts.documents === 0 && !isImporting) return <NothingHeld status={status} />
  return (
    <div className="mx-auto w-full max-w-184 px-7 pt-10 pb-6">
      <h2 className="mb-1 text-title font-semibold tracking-[-0.015em]">What do you want to know?</h2>
      <p className="mb-7 text-ink-2">
        {status.counts.documents === 0
          ? 'The first documents are being read.'
          : `Asked of ${plural(status.counts.documents, 'document')} on this machine.`}{' '}
        Every quote in an answer is checked against its source.
      </p>
      <ImportsUnderWay />
      {status.sampleCase.isLoaded && <Suggestions questions={status.sampleCase.questions} onAsk={onAsk} />}
      <AskedBefore />
    </div>
  )
}

/** Two runs side by side, call by call. What differs is open; what is the same is one quiet line. */
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import type { RunDiff } from '../../../main/contract/replay.ts'
import { unclassified } from '../../../main/domain/label.ts'
import { StepPhase } from '../../../main/domain/run/step-phases.ts'
import { useCall } from '../../api.tsx'
import { Button, buttonLook } from '../../components/button.tsx'
import { Chip } from '../../components/chip.tsx'
import { FailurePanel } from '../../components/failure-notice.tsx'
import { LabelMark } from '../../components/level.tsx'
import { Screen } from '../../components/screen.tsx'
import { Skeleton, SkeletonRows } from '../../components/skeleton.tsx'
import { TimeAgo } from '../../components/time-ago.tsx'
import { visibleString } from '../../documents/visible-text.ts'
import { formatCount, plural } from '../../format.ts'
import { useShowsLabel } from '../../frame/shown-label.ts'
import { agentWords, phaseTones, phaseWords, statusText, statusTones } from './run-words.ts'
import { TextPair } from './text-pair.tsx'

type Row = RunDiff['steps'][number]

const isDifferent = (row: Row): boolean =>
  row.a === null || row.b === null || !row.isSameInput || !row.isSameOutput || !row.isSamePhase || row.a.name !== row.b.name

/** Its texts stand below as well. */
function Head({ runId, side }: { runId: string; side: 'A' | 'B' }) {
  const run = useCall('runs.get', { runId }).data
  useShowsLabel(run?.label ?? unclassified)
  if (run === undefined) return <Skeleton className="m-4 h-10" />
  return (
    <div className="min-w-0 px-4 py-3">
      <p className="flex items-center gap-2">
        <span className="shrink-0 font-semibold">{side}</span>
        <Link to="/runs/$runId" params={{ runId }} className="min-w-0 truncate font-medium text-accent underline underline-offset-2">
          {visibleString(run.title ?? 'A run whose text was purged')}
        </Link>
      </p>
      <p className="mt-1 flex flex-wrap items-center gap-x-2.5 gap-y-1 text-small text-ink-2">
        <Chip tone={statusTones[run.status]}>{statusText(run)}</Chip>
        {agentWords(run.agent)}, attempt {run.attempt} · {formatCount(run.tokensUsed)} tokens · <TimeAgo atMs={run.createdAt} />
        <LabelMark label={run.label} />
      </p>
    </div>
  )
}

const nameOf = ({ kind, name }: NonNullable<Row['a']>): string =>
  kind === 'tool' ? name : name === 'reflex' ? 'Quotes picked, no model' : `Model call, ${name}`

function Side({ side }: { side: Row['a'] }) {
  if (side === null) return <span className="text-ink-3">no such call</span>
  const phase = StepPhase.safeParse(side.phase)
  return (
    <span className="flex min-w-0 flex-wrap items-center gap-2">
      <span className={side.kind === 'tool' ? 'font-mono text-small font-medium' : 'font-medium'}>{nameOf(side)}</span>
      {phase.success && <Chip tone={phaseTones[phase.data]}>{phaseWords[phase.data]}</Chip>}
    </span>
  )
}

interface TextsProps {
  readonly title: string
  readonly isSame: boolean
  /** Shown although it is the same. */
  readonly isOpen: boolean
  readonly a: string
  readonly b: string
  readonly bodies: readonly [string | null | undefined, string | null | undefined]
}

/** Texts that are the same on both sides are named and not repeated, unless all of the call is the same. */
function Texts({ title, isSame, isOpen, a, b, bodies }: TextsProps) {
  if (isSame && !isOpen) return <p className="mt-2.5 text-small text-ink-2">{title}: the same on both sides.</p>
  return <TextPair title={title} a={{ runId: a, body: bodies[0] ?? null }} b={{ runId: b, body: bodies[1] ?? null }} />
}

function Call({ row, ordinal, a, b }: { row: Row; ordinal: number; a: string; b: string }) {
  const differs = isDifferent(row)
  const [isOpen, setOpen] = useState(differs)
  const isOther = row.a?.name !== row.b?.name
  return (
    <li className="rounded-lg border border-line bg-surface" data-differs={differs}>
      <button
        type="button"
        aria-expanded={isOpen}
        onClick={() => setOpen(!isOpen)}
        className="grid w-full grid-cols-[1.25rem_minmax(0,1fr)_minmax(0,1fr)_9rem] items-center gap-3 rounded-lg px-4 py-2.5 text-left transition-colors hover:bg-hover"
      >
        <span className="text-small text-ink-3 tabular">{ordinal + 1}</span>
        <Side side={row.a} />
        <Side side={row.b} />
        <span className="flex flex-wrap justify-end gap-1.5">
          {!differs && <Chip tone="ok">same</Chip>}
          {row.a !== null && row.b !== null && (
            <>
              {isOther && <Chip tone="warn">other call</Chip>}
              {!row.isSameInput && <Chip tone="warn">given differs</Chip>}
              {!row.isSameOutput && <Chip tone="warn">result differs</Chip>}
              {!row.isSamePhase && <Chip tone="warn">outcome differs</Chip>}
            </>
          )}
          {(row.a === null || row.b === null) && <Chip tone="warn">only in {row.a === null ? 'B' : 'A'}</Chip>}
        </span>
      </button>
      {isOpen && (
        <div className="border-t border-line px-4 pt-1 pb-4">
          <Texts title="What it was given" isSame={row.isSameInput} isOpen={!differs} {...{ a, b }} bodies={[row.a?.input, row.b?.input]} />
          <Texts
            title="What came of it"
            isSame={row.isSameOutput}
            isOpen={!differs}
            {...{ a, b }}
            bodies={[row.a?.output, row.b?.output]}
          />
        </div>
      )}
    </li>
  )
}

function Comparison({ diff }: { diff: RunDiff }) {
  const [isWhole, setWhole] = useState(true)
  const differing = diff.steps.filter(isDifferent).length
  return (
    <div className="min-h-0 flex-1 overflow-auto">
      <div className="mx-6 mt-5 grid grid-cols-2 divide-x divide-line rounded-lg border border-line bg-surface">
        <Head runId={diff.a} side="A" />
        <Head runId={diff.b} side="B" />
      </div>
      <div className="flex flex-wrap items-center gap-2 px-6 py-4">
        <Chip tone={diff.isSameInput ? 'ok' : 'warn'}>{diff.isSameInput ? 'same task' : 'other task'}</Chip>
        <Chip tone={diff.isSameResult ? 'ok' : 'warn'}>{diff.isSameResult ? 'same result' : 'other result'}</Chip>
        <span className="text-small text-ink-2">
          {differing === 0
            ? `All ${plural(diff.steps.length, 'call')} are the same.`
            : `${differing} of ${plural(diff.steps.length, 'call')} differ.`}
        </span>
        <Button className="ml-auto" aria-pressed={!isWhole} onClick={() => setWhole(!isWhole)}>
          {isWhole ? 'Only what differs' : 'Every call'}
        </Button>
      </div>
      <ol className="space-y-2 px-6 pb-6">
        {diff.steps.map((row, i) =>
          isWhole || isDifferent(row) ? (
            <Call key={row.a?.stepId ?? row.b?.stepId ?? i} row={row} ordinal={i} a={diff.a} b={diff.b} />
          ) : null,
        )}
      </ol>
    </div>
  )
}

export function CompareScreen({ a, b }: { a: string; b: string }) {
  const diff = useCall('runs.diff', { a, b })
  return (
    <Screen
      title="Two runs side by side"
      actions={
        <Link to="/runs/$runId" params={{ runId: a }} className={buttonLook()}>
          Back to A
        </Link>
      }
    >
      {diff.data !== undefined ? (
        <Comparison diff={diff.data} />
      ) : diff.isError ? (
        <FailurePanel failure={diff.error.failure} onRetry={() => void diff.refetch()} />
      ) : (
        <SkeletonRows label="Comparing the runs" />
      )}
    </Screen>
  )
}

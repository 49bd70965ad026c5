/** One call of a run: what it was given, what came of it, who let it happen, and what can be done about it now. */
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import type { StepSummary } from '../../../main/contract/agents.ts'
import type { Step } from '../../../main/domain/run/state.ts'
import { isOpenPhase } from '../../../main/domain/run/step-phases.ts'
import { Button, buttonLook } from '../../components/button.tsx'
import { Chip } from '../../components/chip.tsx'
import { formatClock, formatCount, formatDuration, formatExact } from '../../format.ts'
import { effectSentences, riskWords } from '../approvals/approval-words.ts'
import { BodyText } from './body-text.tsx'
import type { ContextBuilt } from './fold-run.ts'
import { phaseTones, phaseWords } from './run-words.ts'

interface Props {
  readonly runId: string
  readonly step: Step
  /** What the core knows of it now; absent for a call of the past that is not read yet. */
  readonly summary: StepSummary | undefined
  readonly context: ContextBuilt | undefined
  readonly isBusy: boolean
  /** Null where it cannot be done. */
  readonly onFork: (() => void) | null
  readonly onUndo: (() => void) | null
}

function Text({ title, ...body }: { title: string } & Omit<Parameters<typeof BodyText>[0], 'label'>) {
  return (
    <section className="mt-3">
      <h4 className="mb-1.5 text-small font-semibold text-ink-2">{title}</h4>
      <BodyText {...body} label={title} />
    </section>
  )
}

/** The tier without a model: a fixed procedure. */
const isReflex = (step: Step): boolean => step.kind === 'model' && step.name === 'reflex'

function figures(step: Step): readonly string[] {
  const usage = step.served?.usage
  const tokens =
    usage === undefined || usage.contextTokens === 0
      ? null
      : `${formatCount(usage.promptTokens)} in, ${formatCount(usage.reusedTokens)} reused · ${formatCount(usage.completionTokens)} out`
  const took = step.endedAtMs === null ? null : formatDuration(step.endedAtMs - step.startedAtMs)
  return [tokens, took].filter((one) => one !== null)
}

function Notes({ step, summary }: Pick<Props, 'step' | 'summary'>) {
  const approval = summary?.approval
  return (
    <p className="text-small text-ink-2">
      {step.kind === 'tool'
        ? `${step.risk === 'unknown' ? 'Nobody knows what it does' : `It ${riskWords[step.risk]}`}. ${effectSentences[step.effect]}`
        : step.served === null
          ? 'Not answered yet.'
          : `Ran on ${step.served.device}.`}
      {approval != null && ` Decision of a person: ${approval.decision}${approval.decidedBy === null ? '' : ` by ${approval.decidedBy}`}.`}
      {step.copiedFrom !== null && ' Taken over from the run this one was forked from; it was not made again.'}
    </p>
  )
}

function Inside({ runId, step, summary, context, isBusy, onFork, onUndo }: Props) {
  const isQuoting = isReflex(step)
  const isModel = step.kind === 'model' && !isQuoting
  return (
    <div className="border-t border-line px-4 pt-3 pb-4">
      <Notes step={step} summary={summary} />
      {isModel && step.refusal !== null && (
        <p className="mt-1 text-small text-warn">What it proposed was not taken ({step.refusal}). Nothing of it ran.</p>
      )}
      <Text
        runId={runId}
        title={isModel ? 'The exact prompt' : isQuoting ? 'What it was given' : 'Arguments'}
        body={(step.kind === 'model' ? context?.prompt.body : undefined) ?? step.input.body}
      />
      {step.output !== null && (
        <Text
          runId={runId}
          title={isModel ? 'What it wrote' : isQuoting ? 'What was picked' : 'Result'}
          body={step.output.body}
          isByModel={isModel}
        />
      )}
      {step.feedback !== null && <Text runId={runId} title="What the person said" body={step.feedback.body} />}
      <div className="mt-3 flex flex-wrap items-center gap-2">
        {context !== undefined && (
          <Link to="/runs/$runId/context/$stepId" params={{ runId, stepId: step.id }} className={buttonLook()}>
            What it was shown
          </Link>
        )}
        {onFork !== null && (
          <Button onClick={onFork} disabled={isBusy}>
            Fork from here
          </Button>
        )}
        {onUndo !== null && (
          <Button kind="danger" onClick={onUndo} disabled={isBusy}>
            Undo this call
          </Button>
        )}
        {onUndo !== null && <span className="text-small text-ink-2">What it changed is put back, byte by byte.</span>}
      </div>
    </div>
  )
}

export function CallEntry(props: Props) {
  const { step, summary } = props
  const [isOpen, setOpen] = useState(false)
  const code = step.failureCode ?? step.refusal
  return (
    <li className="rounded-lg border border-line bg-surface">
      <button
        type="button"
        data-call={step.ordinal}
        data-step={step.id}
        aria-expanded={isOpen}
        onClick={() => setOpen(!isOpen)}
        className="flex w-full flex-wrap items-center gap-x-2 gap-y-1 rounded-lg px-4 py-2.5 text-left transition-colors hover:bg-hover"
      >
        <span className="w-6 text-small text-ink-3 tabular">{step.ordinal + 1}</span>
        <span className={step.kind === 'tool' ? 'font-mono text-small font-medium' : 'font-medium'}>
          {step.kind === 'tool' ? step.name : isReflex(step) ? 'Quotes picked, no model' : 'Model call'}
        </span>
        <Chip tone={phaseTones[step.phase]}>{phaseWords[step.phase]}</Chip>
        {step.kind === 'model' && <Chip>{step.name}</Chip>}
        {step.kind === 'tool' && summary?.requiresApproval === true && <Chip>needs approval</Chip>}
        {code !== null && <Chip tone={step.refusal === null ? 'bad' : 'warn'}>{code}</Chip>}
        {step.copiedFrom !== null && <Chip tone="info">copied</Chip>}
        <span className="ml-auto flex items-center gap-3 text-small text-ink-2 tabular">
          {figures(step).map((figure) => (
            <span key={figure}>{figure}</span>
          ))}
          <time dateTime={new Date(step.startedAtMs).toISOString()} title={formatExact(step.startedAtMs)} className="text-ink-3">
            {formatClock(step.startedAtMs)}
          </time>
        </span>
      </button>
      {isOpen && <Inside {...props} />}
    </li>
  )
}

/** A fork begins with finished calls only. */
export const canForkAt = (steps: readonly Step[], ordinal: number): boolean =>
  steps.slice(0, ordinal + 1).every(({ phase }) => !isOpenPhase(phase))

/** Starts a run: which agent, what it is given, and what it may spend. The form is built from what each agent says it needs. */
import { useNavigate } from '@tanstack/react-router'
import { type FormEvent, useEffect, useId, useState } from 'react'
import type { AgentSummary } from '../../../main/contract/agents.ts'
import { useAct, useCall } from '../../api.tsx'
import { Button } from '../../components/button.tsx'
import { ChoiceMenu } from '../../components/choice-menu.tsx'
import { Dialog } from '../../components/dialog.tsx'
import { FailureNotice } from '../../components/failure-notice.tsx'
import { Skeleton } from '../../components/skeleton.tsx'
import { formatCount, formatDuration, plural } from '../../format.ts'
import { useWordsLabel, WordsLabelMenu } from '../ask/words-label.tsx'

const limits = { lineCharsMax: 200 } as const
const usualAgent = 'report-writer'

const fieldLook = 'block w-full rounded-md border border-edge bg-surface px-2.5'

interface FieldProps {
  readonly field: AgentSummary['input'][number]
  readonly value: string
  /** Whether it takes the focus when it appears. */
  readonly isFirst: boolean
  readonly onChange: (value: string) => void
}

function Field({ field, value, isFirst, onChange }: FieldProps) {
  const id = useId()
  useEffect(() => {
    // The dialog takes the focus first, and remembers where it came from.
    if (isFirst) requestAnimationFrame(() => document.getElementById(id)?.focus())
  }, [id, isFirst])
  const isLong = field.charsMax > limits.lineCharsMax
  const props = { id, value, required: field.isRequired, maxLength: field.charsMax }
  return (
    <div>
      <label htmlFor={id} className="mb-1.5 block text-small font-medium text-ink-2">
        {field.title}
        {!field.isRequired && <span className="font-normal text-ink-3"> (may stay empty)</span>}
      </label>
      {isLong ? (
        <textarea {...props} rows={4} onChange={(event) => onChange(event.target.value)} className={`${fieldLook} py-2`} />
      ) : (
        <input {...props} onChange={(event) => onChange(event.target.value)} className={`${fieldLook} h-8`} />
      )}
    </div>
  )
}

function About({ agent }: { agent: AgentSummary }) {
  const { budget } = agent
  return (
    <div className="rounded-md border border-line bg-sunken px-3.5 py-2.5 text-small text-ink-2">
      <p>{agent.summary}</p>
      <p className="mt-1.5">
        It may use <span className="font-mono [overflow-wrap:anywhere]">{agent.tools.join(', ')}</span>.
      </p>
      <p className="mt-1.5">
        At most {formatCount(budget.tokensMax)} tokens, {plural(budget.toolCallsMax, 'tool call')}, {formatDuration(budget.durationMsMax)}{' '}
        at work, {plural(agent.stepsMax, 'step')}. You can change that while it runs.
      </p>
    </div>
  )
}

interface FormProps {
  readonly agents: readonly AgentSummary[]
  /** The agent to begin with. */
  readonly agent: string | undefined
  readonly onClose: () => void
}

function Form({ agents, agent: wanted, onClose }: FormProps) {
  const navigate = useNavigate()
  const start = useAct('runs.start', { stales: ['runs.list', 'station.status'] })
  const [name, setName] = useState([wanted, usualAgent].find((one) => agents.some((agent) => agent.name === one)) ?? agents[0]?.name ?? '')
  const words = useWordsLabel()
  const [values, setValues] = useState<Readonly<Record<string, string>>>({})
  const agent = agents.find((one) => one.name === name)
  if (agent === undefined) return <p className="px-5 py-6 text-ink-2">This version has no agent that can be started here.</p>
  const isReady = agent.input.every((field) => !field.isRequired || (values[field.name] ?? '').trim() !== '')
  const submit = (event: FormEvent) => {
    event.preventDefault()
    const input = Object.fromEntries(
      agent.input.flatMap((field) => {
        const value = (values[field.name] ?? '').trim()
        return value === '' ? [] : [[field.name, value]]
      }),
    )
    start.mutate(
      { agent: agent.name, input, ...words.input },
      {
        onSuccess: ({ runId }) => {
          onClose()
          void navigate({ to: '/runs/$runId', params: { runId } })
        },
      },
    )
  }
  return (
    <form onSubmit={submit} className="flex min-h-0 flex-col">
      <div className="space-y-4 overflow-auto px-5 py-4">
        <div className="flex items-center gap-3">
          <span className="text-small font-medium text-ink-2">Agent</span>
          <ChoiceMenu
            label="Agent"
            value={agent.name}
            onChoose={setName}
            choices={agents.map((one) => ({ value: one.name, title: one.title, detail: one.summary }))}
          />
          {words.labels.length > 1 && (
            <>
              <span className="ml-auto text-small font-medium text-ink-2">Label of your words</span>
              <WordsLabelMenu words={words} title="Label of your words" />
            </>
          )}
        </div>
        <About agent={agent} />
        {agent.input.map((field, i) => (
          <Field
            key={`${agent.name}.${field.name}`}
            field={field}
            isFirst={i === 0}
            value={values[field.name] ?? ''}
            onChange={(value) => setValues({ ...values, [field.name]: value })}
          />
        ))}
        {start.error !== null && <FailureNotice failure={start.error.failure} />}
      </div>
      <div className="flex items-center justify-end gap-2 border-t border-line px-5 py-3">
        <span className="mr-auto text-small text-ink-3">It asks you before it writes anything.</span>
        <Button size="medium" onClick={onClose}>
          Cancel
        </Button>
        <Button size="medium" kind="main" type="submit" disabled={!isReady || start.isPending}>
          {start.isPending ? 'Starting…' : 'Start the run'}
        </Button>
      </div>
    </form>
  )
}

export function StartDialog({ isOpen, agent, onClose }: { isOpen: boolean; agent: string | undefined; onClose: () => void }) {
  const agents = useCall('agents.list', {}, { enabled: isOpen })
  return (
    <Dialog isOpen={isOpen} onOpenChange={(open) => !open && onClose()} title="Start a run" width="w-150">
      {agents.data !== undefined ? (
        <Form agents={agents.data.items} agent={agent} onClose={onClose} />
      ) : agents.isError ? (
        <div className="p-5">
          <FailureNotice failure={agents.error.failure} onRetry={() => void agents.refetch()} />
        </div>
      ) : (
        <div className="p-5">
          <Skeleton className="h-40 w-full" />
        </div>
      )}
    </Dialog>
  )
}

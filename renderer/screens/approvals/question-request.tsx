/** A question of an agent with the form its answer takes: free words, yes or no, or one of several. What does not fit is said by the core. */
import { type FormEvent, useId, useState } from 'react'
import type { Approval } from '../../../main/contract/approvals.ts'
import { HumanQuestion } from '../../../main/domain/human-request.ts'
import type { Failure } from '../../../main/domain/result.ts'
import { AgentVoice } from '../../components/agent-voice.tsx'
import { Button } from '../../components/button.tsx'
import { Chip } from '../../components/chip.tsx'
import { FailureNotice } from '../../components/failure-notice.tsx'
import { SourceText } from '../../documents/source-text.tsx'
import { agentWords } from '../runs/run-words.ts'
import { Arguments } from './call-request.tsx'
import { Part } from './part.tsx'
import { readArguments } from './read-arguments.ts'
import { describeSchema, readAnswer, schemaFields, schemaStart } from './schema-hint.ts'

const limits = { answerCharsMax: 10_000 } as const
const urgencyTones = { low: 'plain', medium: 'warn', high: 'bad' } as const

interface FormProps {
  readonly question: HumanQuestion
  readonly isBusy: boolean
  readonly failure: Failure | null
  readonly onAnswer: (answer: unknown) => void
}

function Choices({
  name,
  choices,
  value,
  onChoose,
}: {
  name: string
  choices: readonly string[]
  value: string
  onChoose: (v: string) => void
}) {
  return (
    <div role="radiogroup" aria-label="Your answer" className="flex flex-col gap-2">
      {choices.map((choice) => (
        <label
          key={choice}
          className="flex max-w-180 items-start gap-3 rounded-md border border-edge bg-surface px-3.5 py-2.5 transition-colors hover:bg-hover has-checked:border-accent has-checked:bg-accent-soft"
        >
          <input
            type="radio"
            name={name}
            value={choice}
            checked={value === choice}
            onChange={() => onChoose(choice)}
            className="mt-1 accent-accent"
          />
          <span className="min-w-0 [overflow-wrap:anywhere]">
            <SourceText text={choice === 'yes' ? 'Yes' : choice === 'no' ? 'No' : choice} />
          </span>
        </label>
      ))}
    </div>
  )
}

function Schema({ question }: { question: HumanQuestion }) {
  if (question.schema === null) return null
  const fields = schemaFields(question.schema)
  return (
    <div className="mb-2.5 text-small text-ink-2">
      <p>The answer has a form: {describeSchema(question.schema)}.</p>
      {fields.length > 0 && (
        <ul className="mt-1 space-y-0.5">
          {fields.map((field) => (
            <li key={field.name}>
              <span className="font-mono text-ink">{field.name}</span>: {field.form}
              {field.isRequired ? ', needed' : ', may be left out'}
            </li>
          ))}
        </ul>
      )}
    </div>
  )
}

function AnswerForm({ question, isBusy, failure, onAnswer }: FormProps) {
  const name = useId()
  const [typed, setTyped] = useState(question.schema === null ? '' : schemaStart(question.schema))
  const [isJson, setJson] = useState(true)
  const choices = question.format === 'yes_no' ? ['yes', 'no'] : question.choices
  const submit = (event: FormEvent) => {
    event.preventDefault()
    const answer = readAnswer(question.schema, typed)
    setJson(answer !== undefined)
    if (answer !== undefined) onAnswer(answer)
  }
  const isExact = question.schema !== null && question.schema.type !== 'string'
  return (
    <form
      onSubmit={submit}
      onKeyDown={(event) => {
        if (event.key === 'Enter' && event.ctrlKey) submit(event)
      }}
    >
      <Part title="Your answer">
        <Schema question={question} />
        {choices !== null ? (
          <Choices name={name} choices={choices} value={typed} onChoose={setTyped} />
        ) : (
          <textarea
            aria-label="Your answer"
            value={typed}
            rows={isExact ? Math.min(12, typed.split('\n').length + 1) : 4}
            maxLength={limits.answerCharsMax}
            spellCheck={!isExact}
            onChange={(event) => setTyped(event.target.value)}
            className={`block w-full max-w-180 rounded-md border border-edge bg-surface px-3 py-2 ${isExact ? 'font-mono text-small' : ''}`}
          />
        )}
        {!isJson && (
          <p role="alert" className="mt-2 text-bad">
            This is not complete JSON. Check quotes, commas and brackets.
          </p>
        )}
        {failure !== null && (
          <div className="mt-3 max-w-180">
            <FailureNotice failure={failure} />
          </div>
        )}
        <div className="mt-3 flex items-center gap-3">
          <Button kind="main" size="medium" type="submit" disabled={isBusy || typed.trim() === ''}>
            {isBusy ? 'Answering…' : 'Answer'}
          </Button>
          <span className="text-small text-ink-3">Only a person’s answer counts. The run goes on with exactly these words.</span>
        </div>
      </Part>
    </form>
  )
}

interface Props {
  readonly approval: Approval
  readonly isBusy: boolean
  readonly failure: Failure | null
  readonly onAnswer: (answer: unknown) => void
}

export function QuestionRequest({ approval, ...form }: Props) {
  const question = readArguments(HumanQuestion, approval.arguments)
  if (question === null) {
    return (
      <>
        <p className="mb-4 text-warn">This question is not in the form that this version knows. Below is exactly what was written.</p>
        <Arguments approval={approval} />
      </>
    )
  }
  return (
    <>
      <AgentVoice agent={agentWords(approval.agent)}>
        <div className="flex items-start gap-3">
          <p className="max-w-180 min-w-0 text-read font-medium text-pretty [overflow-wrap:anywhere]">
            <SourceText text={question.question} />
          </p>
          <Chip tone={urgencyTones[question.urgency]}>{question.urgency} urgency</Chip>
        </div>
        <p className="mt-2 max-w-180 whitespace-pre-wrap text-ink-2 [overflow-wrap:anywhere]">
          <SourceText text={question.context} />
        </p>
      </AgentVoice>
      {approval.decision === null && (
        <div className="mt-6">
          <AnswerForm question={question} {...form} />
        </div>
      )}
    </>
  )
}

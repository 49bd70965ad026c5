/** One shard of a plan as a person changes it: its words, its agent, what that is given, what it waits for and what it may spend. */
import { type ReactNode, useId } from 'react'
import type { AgentSummary } from '../../../main/contract/agents.ts'
import { missionLimits } from '../../../main/domain/mission/state.ts'
import { Button } from '../../components/button.tsx'
import { ChoiceMenu } from '../../components/choice-menu.tsx'
import { TextField } from '../../components/text-field.tsx'
import { visibleString } from '../../documents/visible-text.ts'
import { formatCount } from '../../format.ts'
import { type DocumentNames, type PlacedFault, problemAt, type ShardDraft } from './plan-drafts.ts'
import { readTokens } from './start-words.ts'

const limits = { lineCharsMax: 200 } as const

export const titleFieldId = 'shard-title'

interface Props {
  readonly draft: ShardDraft
  readonly others: readonly ShardDraft[]
  readonly agents: readonly AgentSummary[]
  readonly names: DocumentNames
  readonly faults: readonly PlacedFault[]
  /** `fields`: as faults name what was changed. */
  readonly onChange: (change: Partial<ShardDraft>, fields: readonly string[]) => void
  readonly onRemove: () => void
}

function InputField({
  field,
  draft,
  names,
  problem,
  onChange,
}: Pick<Props, 'draft' | 'names'> & {
  readonly field: AgentSummary['input'][number]
  readonly problem: string | undefined
  readonly onChange: (value: string) => void
}) {
  const value = draft.input[field.name] ?? ''
  const fieldTitle = visibleString(field.title)
  const title = `${fieldTitle}${field.isRequired ? '' : ' (may stay empty)'}`
  if (field.kind === 'text')
    return (
      <TextField title={title} value={value} onChange={onChange} problem={problem} rows={field.charsMax > limits.lineCharsMax ? 3 : 1} />
    )
  return (
    <div className="flex items-end gap-2">
      <TextField title={title} value={value} onChange={onChange} problem={problem} className="flex-1" />
      {names.size > 0 && (
        <ChoiceMenu
          label={`Choose ${fieldTitle.replace(/ \(.*\)$/, '')}`}
          value=""
          choices={[...names.keys()].map((name) => ({ value: name, title: name }))}
          onChoose={onChange}
        />
      )}
    </div>
  )
}

function WaitsFor({
  draft,
  others,
  problem,
  onChange,
}: Pick<Props, 'draft' | 'others' | 'onChange'> & { readonly problem: string | undefined }) {
  const said = useId()
  if (others.length === 0) return null
  const toggle = (key: string, isOn: boolean) =>
    onChange({ after: isOn ? [...draft.after, key] : draft.after.filter((one) => one !== key) }, ['after'])
  return (
    <fieldset aria-describedby={problem === undefined ? undefined : said}>
      <legend className="mb-1 text-small font-medium text-ink-2">Begins when these have ended, and works from what they found</legend>
      <ul className="max-h-40 space-y-1 overflow-auto rounded-md border border-line bg-surface px-3 py-2">
        {others.map(({ key, title }) => (
          <li key={key}>
            <label className="flex items-start gap-2.5">
              <input
                type="checkbox"
                checked={draft.after.includes(key)}
                onChange={({ target }) => toggle(key, target.checked)}
                className="mt-1 accent-accent"
              />
              <span className="min-w-0 truncate">
                <span className="font-mono text-small text-ink-2">{key}</span>{' '}
                {title.trim() === '' ? 'without a title' : visibleString(title)}
              </span>
            </label>
          </li>
        ))}
      </ul>
      {problem !== undefined && (
        <p id={said} className="mt-1 text-small text-bad">
          {problem}
        </p>
      )}
    </fieldset>
  )
}

const Said = ({ children }: { readonly children: ReactNode }) => <p className="mt-1 text-small text-bad">{children}</p>

export function ShardForm({ draft, others, agents, names, faults, onChange, onRemove }: Props) {
  const agent = agents.find(({ name }) => name === draft.agent)
  const at = (field: string) => problemAt(faults, draft.key, field)
  const tokens = readTokens(draft.tokens)
  return (
    <div className="max-w-180 space-y-3.5">
      <div className="flex items-center gap-3">
        <h3 className="font-semibold">
          Shard <span className="font-mono">{draft.key}</span>
        </h3>
        <Button kind="danger" className="ml-auto" onClick={onRemove}>
          Take it out
        </Button>
      </div>
      <TextField
        id={titleFieldId}
        title="Title"
        value={draft.title}
        onChange={(title) => onChange({ title }, ['title'])}
        problem={at('title')}
      />
      <div>
        <div className="flex items-center gap-3">
          <span className="text-small font-medium text-ink-2">Agent</span>
          <ChoiceMenu
            label="Agent"
            value={draft.agent}
            choices={agents.map(({ name, title, summary }) => ({ value: name, title, detail: summary }))}
            onChoose={(name) => onChange({ agent: name }, ['agent', 'input'])}
          />
        </div>
        <p className="mt-1.5 text-small text-ink-2">
          {agent === undefined ? 'An agent of this name cannot be planned here. Choose another.' : visibleString(agent.summary)}
        </p>
        {at('agent') !== undefined && <Said>{at('agent')}</Said>}
      </div>
      {agent?.input.map((field) => (
        <InputField
          key={`${draft.agent} ${field.name}`}
          field={field}
          draft={draft}
          names={names}
          problem={at(`input.${field.name}`)}
          onChange={(value) => onChange({ input: { ...draft.input, [field.name]: value } }, [`input.${field.name}`])}
        />
      ))}
      <WaitsFor draft={draft} others={others} problem={at('after')} onChange={onChange} />
      <TextField
        title="Tokens that it may spend"
        value={draft.tokens}
        onChange={(value) => onChange({ tokens: value }, ['budget.tokensMax'])}
        className="w-72"
        problem={tokens === null ? `A whole number from 1 to ${formatCount(missionLimits.tokensMax)}.` : at('budget.tokensMax')}
      />
    </div>
  )
}

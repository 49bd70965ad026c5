/** Points a label at a version: says which one it points at now, and what comes of moving it, before it is moved. */
import { useState } from 'react'
import type { PromptSummary } from '../../../main/contract/prompts.ts'
import { labelInUse, labelOfProduct, PromptLabel } from '../../../main/domain/prompt.ts'
import { useAct } from '../../api.tsx'
import { ChoiceMenu } from '../../components/choice-menu.tsx'
import { ConfirmDialog } from '../../components/confirm-dialog.tsx'
import { TextField } from '../../components/text-field.tsx'
import { labelMeaning, moveSentences } from './prompt-words.ts'

/** The value of the menu for a name that is not there yet; no name can look like it. */
const other = '+'

interface Props {
  readonly isOpen: boolean
  readonly agent: string
  readonly prompt: string
  readonly version: number
  readonly labels: PromptSummary['labels']
  readonly onClose: () => void
  readonly onMoved: (name: string) => void
}

export function LabelDialog({ isOpen, agent, prompt, version, labels, onClose, onMoved }: Props) {
  const point = useAct('prompts.label', { stales: ['prompts.list', 'prompts.get', 'agents.get'] })
  const [chosen, setChosen] = useState<string>(labelInUse)
  const [typed, setTyped] = useState('')
  const names = [...new Set([labelInUse, 'candidate', ...labels.map(({ name }) => name)])].filter((name) => name !== labelOfProduct)
  const name = chosen === other ? typed.trim() : chosen
  const isName = PromptLabel.safeParse(name).success && name !== labelOfProduct
  const from = labels.find((label) => label.name === name)?.version ?? null
  const isThere = from === version
  const close = () => {
    setTyped('')
    setChosen(labelInUse)
    onClose()
  }
  return (
    <ConfirmDialog
      isOpen={isOpen}
      title={`Point a label at version ${version} of ${agent}/${prompt}`}
      act={name === labelInUse ? `Lead new runs by version ${version}` : `Point ${isName ? name : 'it'} at version ${version}`}
      keep="Leave it"
      kind="main"
      doing={point}
      isReady={isName && !isThere}
      onClose={close}
      onAct={() =>
        point.mutate(
          { agent, prompt, version, as: name },
          {
            onSuccess: () => {
              close()
              onMoved(name)
            },
          },
        )
      }
    >
      <div className="flex flex-wrap items-end gap-3">
        <span className="mb-1.5 text-small font-medium text-ink-2">Label</span>
        <ChoiceMenu
          label="Label"
          value={chosen}
          onChoose={setChosen}
          choices={[
            ...names.map((one) => ({ value: one, title: one, detail: labelMeaning(one) })),
            { value: other, title: 'Another name…', detail: 'Small letters, digits and hyphens' },
          ]}
        />
        {chosen === other && (
          <TextField
            title="Name of the label"
            value={typed}
            onChange={setTyped}
            isCode
            className="min-w-60 flex-1"
            {...(typed === '' || isName
              ? {}
              : { problem: 'Small letters, digits and hyphens, at most 32, beginning with a letter; not product.' })}
          />
        )}
      </div>
      {isThere ? (
        <p className="text-ink-2">It points at this version already.</p>
      ) : (
        isName && (
          <ul className="list-disc space-y-1 pl-5 text-ink-2 marker:text-ink-3">
            {moveSentences(name, from, version).map((sentence) => (
              <li key={sentence}>{sentence}</li>
            ))}
          </ul>
        )
      )}
    </ConfirmDialog>
  )
}

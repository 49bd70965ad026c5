/** The text of an agent with what speaks against it, what saving would change, and what it would have made of a run. */
import { useQueryClient } from '@tanstack/react-query'
import { type ReactNode, useRef, useState } from 'react'
import type { AgentText } from '../../../../main/contract/agent-files.ts'
import { useAct } from '../../../api.tsx'
import { Button } from '../../../components/button.tsx'
import { Chip } from '../../../components/chip.tsx'
import { ConfirmDialog } from '../../../components/confirm-dialog.tsx'
import { FailureNotice } from '../../../components/failure-notice.tsx'
import { Kbd } from '../../../components/kbd.tsx'
import { Screen } from '../../../components/screen.tsx'
import { Tabs } from '../../../components/tabs.tsx'
import { useMay } from '../../../components/use-may.ts'
import { keyOf, printKey } from '../../../frame/key-map.ts'
import { usePreferences } from '../../../frame/preferences.ts'
import { useShortcut } from '../../../frame/shortcuts.tsx'
import { ChangedMeanwhile } from './changed-meanwhile.tsx'
import { CodeField } from './code-field.tsx'
import { DraftChanges } from './draft-changes.tsx'
import { type Base, draftSaved, dropDraft, keepDraft, useDraft } from './drafts.ts'
import { FaultList } from './fault-list.tsx'
import { faultsIn, marksOf } from './lint-faults.ts'
import { RemoveAgentDialog } from './remove-dialog.tsx'
import { SaveBar } from './save-bar.tsx'
import { placeOfLine } from './text-edits.ts'
import { TrialPanel } from './trial-panel.tsx'
import { useLint } from './use-lint.ts'
import { useTrial } from './use-trial.ts'

interface Props {
  readonly title: string
  /** Under which what was typed is kept. */
  readonly draftKey: string
  /** What lies there now; its digest is null where nothing does, and its text what one begins with. */
  readonly held: Base
  readonly fileOf: (text: string) => string
  /** Why it is only read, with what to do instead; null = it may be written. */
  readonly readOnly?: ReactNode
  /** Whose runs it is tried on; null = those of any agent. */
  readonly runsOf: string | null
  readonly onSaved: (saved: AgentText) => void
  readonly onRemoved: () => void
}

export function AgentEditor({ title, draftKey, held, fileOf, readOnly = null, runsOf, onSaved, onRemoved }: Props) {
  const field = useRef<HTMLTextAreaElement>(null)
  const kept = useDraft(draftKey)
  const { text, base } = kept ?? { text: held.text, base: held }
  const [asks, setAsks] = useState<'revert' | 'remove' | null>(null)
  const { keys } = usePreferences()
  const may = useMay('agents.manage')
  const file = fileOf(text)
  const lint = useLint(file, text)
  const trial = useTrial()
  const client = useQueryClient()
  const save = useAct('agents.save', { stales: ['agents.list', 'agents.get'] })

  const isReadOnly = readOnly !== null
  const isNew = base.digest === null
  const isChanged = kept !== null
  const isMovedOn = kept !== null && base.digest !== held.digest && !save.isPending
  const faults = lint.check === null ? [] : faultsIn(lint.check)
  const isRefused = lint.text === text && lint.check?.isOffered === false
  const canSave = !isReadOnly && may.isAllowed && (isChanged || isNew) && !isRefused && !isMovedOn && !save.isPending

  const type = (next: string) => {
    if (save.error !== null) save.reset()
    keepDraft(draftKey, { text: next, base })
  }
  const write = () => {
    if (!canSave) return
    save.mutate(
      { file, text, expected: base.digest },
      {
        onSuccess: (saved) => {
          client.setQueryData(['agents.text', { file }], saved)
          draftSaved(draftKey, file, saved)
          onSaved(saved)
        },
        // What lies there now is what the next try is held against.
        onError: () => void client.invalidateQueries({ queryKey: ['agents.text', { file }] }),
      },
    )
  }
  useShortcut('agent.save', write, !isReadOnly)
  const goTo = (line: number) => {
    const area = field.current
    if (area === null) return
    const at = placeOfLine(text, line)
    area.focus()
    area.setSelectionRange(at, placeOfLine(text, line + 1))
    area.scrollTop = Math.max(0, (line - 4) * 20)
  }

  const count = faults.length === 0 ? '' : ` (${faults.length})`
  return (
    <Screen
      title={title}
      manual="agents"
      chips={
        <>
          <Chip>{file}</Chip>
          {isChanged && <Chip tone="warn">not saved</Chip>}
        </>
      }
      actions={
        !isReadOnly && (
          <>
            {!isNew && (
              <Button onClick={() => setAsks('remove')} disabled={!may.isAllowed}>
                Remove…
              </Button>
            )}
            <Button onClick={() => setAsks('revert')} disabled={!isChanged}>
              Discard changes…
            </Button>
            <Button kind="main" onClick={write} disabled={!canSave}>
              {save.isPending ? 'Saving…' : 'Save'} <Kbd keys={printKey(keyOf('agent.save', keys))} />
            </Button>
          </>
        )
      }
    >
      {readOnly}
      {isMovedOn && (
        <ChangedMeanwhile
          isGone={held.digest === null}
          onKeep={() => keepDraft(draftKey, { text, base: held })}
          onTake={() => dropDraft(draftKey)}
        />
      )}
      {save.error !== null && !isMovedOn && (
        <div className="shrink-0 border-b border-line px-5 py-3">
          <FailureNotice failure={save.error.failure} />
        </div>
      )}
      <div className="flex min-h-0 flex-1">
        <div className="flex min-w-0 flex-1 flex-col">
          <CodeField label={`Text of ${file}`} value={text} onChange={type} field={field} marks={marksOf(faults)} isReadOnly={isReadOnly} />
          {!isReadOnly && <SaveBar file={file} isNew={isNew} isChanged={isChanged} isRefused={isRefused} why={may.why} />}
        </div>
        <aside aria-label="About the text" className="flex w-108 shrink-0 flex-col border-l border-line bg-surface max-wide:w-88">
          <Tabs
            label="About the text"
            tabs={[
              { id: 'faults', title: `Faults${count}`, content: <FaultList lint={lint} onGo={goTo} /> },
              {
                id: 'changes',
                title: 'Changes',
                content: <DraftChanges file={file} before={held.digest === null ? null : held.text} after={text} />,
              },
              { id: 'trial', title: 'Dry run', content: <TrialPanel file={file} text={text} agent={runsOf} trial={trial} /> },
            ]}
          />
        </aside>
      </div>
      <ConfirmDialog
        isOpen={asks === 'revert'}
        title="Discard what you typed?"
        description={isNew ? 'The text is what a new agent begins with again.' : `The text is again what lies in ${file}.`}
        act="Discard it"
        doing={{ isPending: false, error: null, reset: () => undefined }}
        onAct={() => {
          dropDraft(draftKey)
          setAsks(null)
        }}
        onClose={() => setAsks(null)}
      />
      {base.digest !== null && (
        <RemoveAgentDialog
          file={file}
          digest={base.digest}
          isOpen={asks === 'remove'}
          onClose={() => setAsks(null)}
          onRemoved={onRemoved}
        />
      )}
    </Screen>
  )
}

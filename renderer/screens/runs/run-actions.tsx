/** Everything else that can be done with a run, in one menu; each entry appears only where it can be done. */
import { useNavigate } from '@tanstack/react-router'
import { Ellipsis } from 'lucide-react'
import { DropdownMenu } from 'radix-ui'
import { type ReactNode, useState } from 'react'
import type { RunSummary } from '../../../main/contract/runs.ts'
import { isTerminal } from '../../../main/domain/run/transitions.ts'
import { useAct } from '../../api.tsx'
import { Button, buttonLook } from '../../components/button.tsx'
import { menuItemLook, menuLook } from '../../components/choice-menu.tsx'
import { FailureNotice } from '../../components/failure-notice.tsx'
import { formatBytes, formatShare } from '../../format.ts'
import { CompareDialog } from './compare-dialog.tsx'
import { RaiseDialog } from './raise-dialog.tsx'
import { ReplayDialog } from './replay-dialog.tsx'
import { useExport } from './use-export.ts'

type Open = 'replay' | 'compare' | 'raise' | null

export function useRunActions(run: RunSummary) {
  const navigate = useNavigate()
  const [open, setOpen] = useState<Open>(null)
  const retry = useAct('runs.retry', { stales: ['runs.list'] })
  const exported = useExport(run.id)
  return {
    ...{ open, setOpen, exported, retryFailure: retry.error?.failure ?? null },
    retry: () =>
      retry.mutate({ runId: run.id }, { onSuccess: (next) => void navigate({ to: '/runs/$runId', params: { runId: next.id } }) }),
  }
}
type RunActions = ReturnType<typeof useRunActions>

function Item({ title, detail, onSelect }: { title: string; detail: string; onSelect: () => void }) {
  return (
    // What it opens takes the focus once the menu has given it back.
    <DropdownMenu.Item className={menuItemLook} onSelect={() => requestAnimationFrame(onSelect)}>
      <span>
        <span className="block">{title}</span>
        <span className="block text-small text-ink-2">{detail}</span>
      </span>
    </DropdownMenu.Item>
  )
}

export function RunMenu({ run, actions }: { run: RunSummary; actions: RunActions }) {
  const isOver = isTerminal(run.status)
  return (
    <>
      <DropdownMenu.Root modal={false}>
        <DropdownMenu.Trigger className={buttonLook()}>
          More <Ellipsis aria-hidden strokeWidth={1.6} />
        </DropdownMenu.Trigger>
        <DropdownMenu.Portal>
          <DropdownMenu.Content align="end" sideOffset={6} collisionPadding={12} className={menuLook}>
            <Item title="Replay" detail="Fold its events again and compare." onSelect={() => actions.setOpen('replay')} />
            <Item title="Compare with another run…" detail="Both side by side, call by call." onSelect={() => actions.setOpen('compare')} />
            {!isOver && (
              <Item title="Change what it may spend…" detail="Tokens, calls, time, bytes." onSelect={() => actions.setOpen('raise')} />
            )}
            {isOver && !run.isImported && (
              <Item title="Try again" detail="The same task as a new run; this one stays as it is." onSelect={actions.retry} />
            )}
            {isOver && <Item title="Export" detail="One file with all of it, to take along." onSelect={actions.exported.begin} />}
          </DropdownMenu.Content>
        </DropdownMenu.Portal>
      </DropdownMenu.Root>
      <ReplayDialog runId={run.id} isOpen={actions.open === 'replay'} onClose={() => actions.setOpen(null)} />
      <CompareDialog run={run} isOpen={actions.open === 'compare'} onClose={() => actions.setOpen(null)} />
      <RaiseDialog runId={run.id} isOpen={actions.open === 'raise'} onClose={() => actions.setOpen(null)} />
    </>
  )
}

const Note = ({ children }: { children: ReactNode }) => <div className="shrink-0 border-b border-line px-6 py-3">{children}</div>

/** How the export and the new attempt went, under the bar. */
export function ActionNotes({ actions }: { actions: RunActions }) {
  const { state, dismiss } = actions.exported
  return (
    <>
      {actions.retryFailure !== null && (
        <Note>
          <FailureNotice failure={actions.retryFailure} />
        </Note>
      )}
      {state.phase === 'failed' && (
        <Note>
          <FailureNotice failure={state.failure}>
            <Button className="mt-2" onClick={dismiss}>
              Dismiss
            </Button>
          </FailureNotice>
        </Note>
      )}
      {(state.phase === 'reading' || state.phase === 'done') && (
        <Note>
          <p role="status" className="flex items-center gap-3">
            {state.phase === 'reading'
              ? `Exporting, ${formatShare(state.share)}…`
              : `Exported as ${state.fileName}, ${formatBytes(state.sizeBytes)}. Its hash was checked.`}
            {state.phase === 'done' && (
              <Button className="ml-auto" onClick={dismiss}>
                Dismiss
              </Button>
            )}
          </p>
        </Note>
      )}
    </>
  )
}

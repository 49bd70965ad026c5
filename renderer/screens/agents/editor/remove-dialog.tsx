/** Takes the file of an agent away, once a person typed its name. */
import { useId, useState } from 'react'
import { isNarrowingFile } from '../../../../main/domain/agent-file.ts'
import { useAct } from '../../../api.tsx'
import { Button } from '../../../components/button.tsx'
import { Dialog } from '../../../components/dialog.tsx'
import { FailureNotice } from '../../../components/failure-notice.tsx'

interface Props {
  readonly file: string
  readonly digest: string
  readonly isOpen: boolean
  readonly onClose: () => void
  readonly onRemoved: () => void
}

/** What was typed, and what went wrong, is gone with the dialog: opened again, it asks anew. */
function Form({ file, digest, onClose, onRemoved }: Omit<Props, 'isOpen'>) {
  const id = useId()
  const [typed, setTyped] = useState('')
  const remove = useAct('agents.remove', { stales: ['agents.list', 'agents.get', 'agents.text'] })
  return (
    <form
      className="space-y-3 px-5 py-4"
      onSubmit={(event) => {
        event.preventDefault()
        if (typed === file) remove.mutate({ file, expected: digest }, { onSuccess: onRemoved })
      }}
    >
      <div>
        <label htmlFor={id} className="mb-1.5 block text-small font-medium text-ink-2">
          Type {file} to remove it
        </label>
        <input
          id={id}
          value={typed}
          autoComplete="off"
          spellCheck={false}
          onChange={(event) => setTyped(event.target.value)}
          className="block h-8 w-full rounded-md border border-edge bg-surface px-2.5 font-mono text-small"
        />
      </div>
      {remove.error !== null && <FailureNotice failure={remove.error.failure} />}
      <div className="flex justify-end gap-2">
        <Button size="medium" onClick={onClose}>
          Keep it
        </Button>
        <Button size="medium" kind="danger" type="submit" disabled={typed !== file || remove.isPending}>
          Remove it
        </Button>
      </div>
    </form>
  )
}

const whatFollows = (file: string): string =>
  isNarrowingFile(file)
    ? 'The file is deleted. From then on the agent may use everything again that the file took away from it; runs that are recorded stay as they are.'
    : 'The file is deleted. No run can be started with what it says from then on; runs that are recorded stay as they are.'

export function RemoveAgentDialog({ isOpen, ...props }: Props) {
  return (
    <Dialog
      isOpen={isOpen}
      onOpenChange={(open) => !open && props.onClose()}
      title={`Remove ${props.file}?`}
      description={whatFollows(props.file)}
    >
      <Form {...props} />
    </Dialog>
  )
}

/** Closes an incident with the words of a person: what was the matter, and what was done about it. */
import type { Incident } from '../../../main/contract/telemetry.ts'
import { useAct } from '../../api.tsx'
import { Dialog } from '../../components/dialog.tsx'
import { WordsForm } from '../../components/words-form.tsx'
import { incidentSentence } from './health-words.ts'

const limits = { reasonCharsMax: 2_000 } as const

interface Props {
  readonly incident: Incident
  readonly isOpen: boolean
  readonly onClose: () => void
  readonly onClosed: (incident: Incident) => void
}

export function CloseDialog({ incident, isOpen, onClose, onClosed }: Props) {
  const close = useAct('incidents.close', { stales: ['incidents.list'] })
  const leave = () => {
    close.reset()
    onClose()
  }
  return (
    <Dialog
      isOpen={isOpen}
      onOpenChange={(open) => !open && leave()}
      title="Close this incident"
      description={`${incidentSentence(incident)}. What is said here stays with it on record.`}
    >
      <div className="overflow-auto px-5 py-4">
        <WordsForm
          title="What was the matter, and what was done?"
          hint="Recorded with your account."
          send={close.isPending ? 'Closing…' : 'Close the incident'}
          charsMax={limits.reasonCharsMax}
          isBusy={close.isPending}
          failure={close.error?.failure ?? null}
          onSend={(reason) =>
            close.mutate(
              { incidentId: incident.id, reason },
              {
                onSuccess: (closed) => {
                  leave()
                  onClosed(closed)
                },
              },
            )
          }
          onClose={leave}
        />
      </div>
    </Dialog>
  )
}

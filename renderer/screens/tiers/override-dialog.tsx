/** Keeps tasks here for an hour, or away from one tier or endpoint, and says why. */
import { type FormEvent, useState } from 'react'
import type { RouteAway } from '../../../main/domain/route-override.ts'
import { useAct, useCall } from '../../api.tsx'
import { Button } from '../../components/button.tsx'
import { ChoiceMenu } from '../../components/choice-menu.tsx'
import { Dialog } from '../../components/dialog.tsx'
import { FailureNotice } from '../../components/failure-notice.tsx'
import { TextField } from '../../components/text-field.tsx'
import { tierTitles } from '../../route-words.ts'

function useWays(): readonly { readonly value: string; readonly title: string; readonly away: RouteAway }[] {
  const tiers = useCall('tiers.list', {}).data?.tiers ?? []
  return [
    { value: 'outside', title: 'Everything outside', away: { kind: 'outside' } },
    ...tiers.map(({ tier }) => ({ value: tier, title: tierTitles[tier], away: { kind: 'tier', tier } as const })),
    ...tiers.flatMap(({ endpoints }) =>
      endpoints.map(({ endpoint: { id, name } }) => ({ value: id, title: name, away: { kind: 'endpoint', endpointId: id } as const })),
    ),
  ]
}

function Form({ onClose }: { onClose: () => void }) {
  const ways = useWays()
  const override = useAct('route.override', { stales: ['route.overrides', 'tiers.list', 'tiers.statistics'] })
  const [chosen, setChosen] = useState('outside')
  const [why, setWhy] = useState('')
  const submit = (event: FormEvent) => {
    event.preventDefault()
    const away = ways.find(({ value }) => value === chosen)?.away
    if (away !== undefined) override.mutate({ away, justification: why.trim() }, { onSuccess: onClose })
  }
  return (
    <form onSubmit={submit}>
      <div className="space-y-3.5 px-5 py-4">
        <div className="flex items-center gap-3">
          <span className="text-small font-medium text-ink-2">What is closed</span>
          <ChoiceMenu label="What is closed" value={chosen} onChoose={setChosen} choices={ways} />
        </div>
        <TextField title="Why" value={why} onChange={setWhy} rows={3} detail="It is recorded with your account." />
        {override.isError && <FailureNotice failure={override.error.failure} />}
      </div>
      <div className="flex items-center justify-end gap-2 border-t border-line px-5 py-3">
        <Button size="medium" onClick={onClose}>
          Cancel
        </Button>
        <Button size="medium" kind="main" type="submit" disabled={why.trim() === '' || override.isPending}>
          Close it for an hour
        </Button>
      </div>
    </form>
  )
}

export function OverrideDialog({ isOpen, onClose }: { isOpen: boolean; onClose: () => void }) {
  return (
    <Dialog isOpen={isOpen} onOpenChange={(open) => !open && onClose()} title="Close a way for an hour">
      {isOpen && <Form onClose={onClose} />}
    </Dialog>
  )
}

/** What this station is, and its ceiling. */
import { useState } from 'react'
import type { StationStatus } from '../../../main/contract/station.ts'
import { type LabelName, labelFromName, labelNames, marking, sameLabel } from '../../../main/domain/label.ts'
import { describeRoles } from '../../../main/domain/role.ts'
import { useAct } from '../../api.tsx'
import { Button } from '../../components/button.tsx'
import { CopyButton } from '../../components/copy-button.tsx'
import { Dialog } from '../../components/dialog.tsx'
import { FailureNotice } from '../../components/failure-notice.tsx'
import { LabelChip } from '../../components/level.tsx'
import { formatCount, plural } from '../../format.ts'
import { CeilingChoice } from '../first-run/ceiling-choice.tsx'
import { Section, Setting } from './section.tsx'

function ChangeCeiling({ status }: { status: StationStatus }) {
  const [isOpen, setOpen] = useState(false)
  const now = labelNames.find((name) => status.ceiling !== null && sameLabel(labelFromName(name), status.ceiling)) ?? 'unclassified'
  const [chosen, setChosen] = useState<LabelName>(now)
  const configure = useAct('station.configure', { stales: ['station.status'] })
  const apply = () => configure.mutate({ ceiling: chosen }, { onSuccess: () => setOpen(false) })
  return (
    <>
      <Button onClick={() => setOpen(true)}>Change…</Button>
      <Dialog
        isOpen={isOpen}
        onOpenChange={setOpen}
        title="Station ceiling"
        description="The highest material this machine may hold. The change is recorded with your account."
      >
        <div className="overflow-auto px-5 py-4">
          {configure.isError && (
            <div className="mb-3">
              <FailureNotice failure={configure.error.failure} />
            </div>
          )}
          <CeilingChoice value={chosen} onChoose={setChosen} isDisabled={configure.isPending} />
        </div>
        <div className="flex justify-end gap-2 border-t border-line px-5 py-3.5">
          <Button size="medium" onClick={() => setOpen(false)}>
            Keep {marking(labelFromName(now))}
          </Button>
          <Button kind="main" size="medium" onClick={apply} disabled={configure.isPending || chosen === now}>
            Set to {marking(labelFromName(chosen))}
          </Button>
        </div>
      </Dialog>
    </>
  )
}

export function StationSettings({ status }: { status: StationStatus }) {
  return (
    <Section id="station" title="Station" detail="What this machine is, and what it may hold.">
      <Setting title="Ceiling" detail="Material above it is refused as a suspected spill.">
        <span className="inline-flex items-center gap-3">
          {status.ceiling !== null && <LabelChip label={status.ceiling} />}
          <ChangeCeiling status={status} />
        </span>
      </Setting>
      <Setting title="Highest label held">
        <LabelChip label={status.highest} />
      </Setting>
      <Setting title="Holdings">
        <span className="tabular">
          {plural(status.counts.documents, 'document')} in {plural(status.counts.collections, 'collection')},{' '}
          {plural(status.counts.passages, 'passage')}
        </span>
      </Setting>
      <Setting title="Search" detail="How passages are found by meaning.">
        {status.embedder}; {status.vectorSearch === 'lancedb' ? 'LanceDB index' : 'exact search'}
      </Setting>
      <Setting title="Connections out" detail="Since the start.">
        <span className="tabular">
          {formatCount(status.packetsOut)};{' '}
          {status.tiersConfigured === 0 ? 'no endpoint is configured' : `${plural(status.tiersConfigured, 'endpoint')} configured`}
        </span>
      </Setting>
      <Setting title="Data folder">
        <span className="inline-flex items-center gap-1">
          <span className="font-mono text-small select-all">{status.dataFolder}</span>
          <CopyButton text={() => status.dataFolder} />
        </span>
      </Setting>
      <Setting title="Account">
        {status.account}, {describeRoles(status.roles)}
      </Setting>
      <Setting title="Version">
        <span className="tabular">{status.version}</span>
      </Setting>
    </Section>
  )
}

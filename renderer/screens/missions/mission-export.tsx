/** What a mission found as a marked paper. Until a person released it at G4 it is a working paper and says so. */
import type { MissionDetail } from '../../../main/contract/missions.ts'
import { useAct } from '../../api.tsx'
import { LabelChip } from '../../components/level.tsx'
import { PaperDialog } from '../../components/paper-dialog.tsx'

export function MissionExport({ mission, isOpen, onClose }: { mission: MissionDetail; isOpen: boolean; onClose: () => void }) {
  const make = useAct('missions.export', {})
  return (
    <PaperDialog
      title="Export this report"
      making={make}
      onMake={(options, onMade) => make.mutate({ missionId: mission.id, ...options }, { onSuccess: onMade })}
      isOpen={isOpen}
      onClose={onClose}
    >
      <p className="flex flex-wrap items-center gap-x-2 text-small text-ink-2">
        It is marked <LabelChip label={mission.label} />
        {mission.outcome === 'released' ? 'and names who released it.' : 'and is a working paper: nobody released it.'}
      </p>
    </PaperDialog>
  )
}

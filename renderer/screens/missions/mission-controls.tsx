/** Pause, go on, abort. Each appears only while it can be done, and what ends a mission says so before. */
import { useState } from 'react'
import type { MissionDetail } from '../../../main/contract/missions.ts'
import { useAct } from '../../api.tsx'
import { Button } from '../../components/button.tsx'
import { ConfirmDialog } from '../../components/confirm-dialog.tsx'
import { Kbd } from '../../components/kbd.tsx'
import { useMay } from '../../components/use-may.ts'
import { plural } from '../../format.ts'
import { keyOf, printKey } from '../../frame/key-map.ts'
import { usePreferences } from '../../frame/preferences.ts'
import { useShortcut } from '../../frame/shortcuts.tsx'

const stales = ['missions.get', 'missions.list'] as const

function whatEnds({ shardList }: MissionDetail): string {
  const working = shardList.filter(({ status }) => status === 'running').length
  const now = working === 0 ? 'No worker is at it now.' : `${plural(working, 'worker')} at it now will stop.`
  return `${now} Nothing more is begun and nothing is given out. What was found so far, and the record of it, stays. This cannot be taken back.`
}

export function useMissionControls(mission: MissionDetail) {
  const missionId = mission.id
  const pause = useAct('missions.pause', { stales })
  const resume = useAct('missions.resume', { stales })
  const abort = useAct('missions.abort', { stales })
  const may = useMay('runs.control')
  const isOver = mission.outcome !== null
  const toggle = () => {
    pause.reset()
    resume.reset()
    if (mission.isPaused) resume.mutate({ missionId })
    else pause.mutate({ missionId })
  }
  const isBusy = pause.isPending || resume.isPending || abort.isPending
  useShortcut('run.pause', toggle, !isOver && may.isAllowed && !isBusy)
  return { isOver, toggle, abort, isBusy, may, failure: (pause.error ?? resume.error)?.failure ?? null }
}

interface Props {
  readonly mission: MissionDetail
  readonly controls: ReturnType<typeof useMissionControls>
}

export function MissionControls({ mission, controls: { isOver, toggle, abort, isBusy, may } }: Props) {
  const { keys } = usePreferences()
  const [isEnding, setEnding] = useState(false)
  if (isOver) return null
  const why = may.why === null ? {} : { title: may.why }
  return (
    <>
      <Button onClick={toggle} disabled={isBusy || !may.isAllowed} {...why}>
        {mission.isPaused ? 'Go on' : 'Pause'} <Kbd keys={printKey(keyOf('run.pause', keys))} />
      </Button>
      <Button kind="danger" onClick={() => setEnding(true)} disabled={isBusy || !may.isAllowed} {...why}>
        Abort…
      </Button>
      <ConfirmDialog
        isOpen={isEnding}
        title="Abort this mission?"
        description={whatEnds(mission)}
        act="Abort it"
        keep="Let it go on"
        doing={abort}
        onAct={() =>
          void abort.mutateAsync({ missionId: mission.id }).then(
            () => setEnding(false),
            () => undefined,
          )
        }
        onClose={() => setEnding(false)}
      />
    </>
  )
}

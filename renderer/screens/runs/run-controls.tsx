/** Pause, go on, stop. Each appears only while it can be done. */
import type { RunSummary } from '../../../main/contract/runs.ts'
import { isTerminal } from '../../../main/domain/run/transitions.ts'
import { useAct } from '../../api.tsx'
import { Button } from '../../components/button.tsx'
import { Kbd } from '../../components/kbd.tsx'
import { keyOf, printKey } from '../../frame/key-map.ts'
import { usePreferences } from '../../frame/preferences.ts'
import { useShortcut } from '../../frame/shortcuts.tsx'

const stales = ['runs.get', 'runs.list', 'runs.budget', 'conversations.get'] as const

export function useRunControls(run: RunSummary | undefined) {
  const pause = useAct('runs.pause', { stales })
  const resume = useAct('runs.resume', { stales })
  const cancel = useAct('runs.cancel', { stales })
  const isOver = run === undefined || isTerminal(run.status)
  const isPaused = run?.holds.includes('operator') ?? false
  const toggle = () => {
    if (run === undefined || isOver) return
    if (isPaused) resume.mutate({ runId: run.id })
    else pause.mutate({ runId: run.id })
  }
  useShortcut('run.pause', toggle, !isOver)
  const failed = [pause, resume, cancel].find((act) => act.isError)
  return {
    ...{ isOver, isPaused, toggle, cancel: () => run !== undefined && cancel.mutate({ runId: run.id }) },
    resume: () => run !== undefined && resume.mutate({ runId: run.id }),
    ...{ isBusy: pause.isPending || resume.isPending || cancel.isPending, failure: failed?.error?.failure ?? null },
  }
}

export function RunControls({ run, controls }: { run: RunSummary; controls: ReturnType<typeof useRunControls> }) {
  const { keys } = usePreferences()
  if (controls.isOver) return null
  return (
    <>
      <Button onClick={controls.toggle} disabled={controls.isBusy}>
        {controls.isPaused ? 'Go on' : 'Pause'} <Kbd keys={printKey(keyOf('run.pause', keys))} />
      </Button>
      <Button kind="danger" onClick={controls.cancel} disabled={controls.isBusy || run.isCancelRequested}>
        {run.isCancelRequested ? 'Stopping…' : 'Stop'}
      </Button>
    </>
  )
}

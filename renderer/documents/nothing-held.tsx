/** What stands where documents will be: how to bring them in, and what happens to them then. */
import { FileText, Plus } from 'lucide-react'
import { useAct, useCall } from '../api.tsx'
import { Button } from '../components/button.tsx'
import { EmptyState } from '../components/empty-state.tsx'
import { FailureNotice } from '../components/failure-notice.tsx'
import { formatsRead } from './format-names.ts'

export function NothingHeld({ onAdd }: { readonly onAdd: () => void }) {
  const station = useCall('station.status', {})
  const load = useAct('sample.load', { stales: ['station.status', 'imports.list'] })
  const hasSample = station.data?.sampleCase.isLoaded === false
  return (
    <EmptyState
      icon={FileText}
      title="Drop files or folders here"
      actions={
        <>
          <Button kind="main" size="medium" onClick={onAdd}>
            <Plus aria-hidden />
            Add documents
          </Button>
          {hasSample && (
            <Button size="medium" disabled={load.isPending} onClick={() => load.mutate({})}>
              Open the sample case
            </Button>
          )}
        </>
      }
    >
      <p>
        {formatsRead}. Each file is read in a process of its own, and you are told what became of it: indexed, in part, or refused and why.
        Nothing leaves this machine.
      </p>
      {load.isError && (
        <div className="mt-4 text-left">
          <FailureNotice failure={load.error.failure} />
        </div>
      )}
    </EmptyState>
  )
}

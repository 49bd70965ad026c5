/** The models of this machine: bring one in, check them all, choose which serves. */
import { Box } from 'lucide-react'
import { useAct, useCall } from '../../api.tsx'
import { Button } from '../../components/button.tsx'
import { Chip } from '../../components/chip.tsx'
import { EmptyState } from '../../components/empty-state.tsx'
import { FailureNotice, FailurePanel } from '../../components/failure-notice.tsx'
import { Screen } from '../../components/screen.tsx'
import { Skeleton } from '../../components/skeleton.tsx'
import { plural } from '../../format.ts'
import { ImportCard } from './import-card.tsx'
import { ModelCard } from './model-card.tsx'
import { useModelImport } from './use-model-import.ts'

function Waiting() {
  return (
    <div role="status" aria-label="Reading the models" className="space-y-3">
      {[1, 2].map((card) => (
        <div key={card} className="space-y-3 rounded-lg border border-line bg-surface px-4.5 py-4">
          <Skeleton className="h-4 w-1/3" />
          <Skeleton className="h-3 w-1/4" />
          <Skeleton className="h-14 w-full" />
        </div>
      ))}
    </div>
  )
}

function Models() {
  const models = useCall('models.list', {})
  if (models.isPending) return <Waiting />
  if (models.isError) return <FailurePanel failure={models.error.failure} onRetry={() => void models.refetch()} />
  if (models.data.items.length === 0) {
    return (
      <EmptyState icon={Box} title="Holdfast works without a model">
        <p>
          Questions are answered by quoting your documents word for word. A chat model adds answers in whole sentences, each still tied to a
          quote that is checked. An embedding model finds passages by meaning rather than by shared words.
        </p>
      </EmptyState>
    )
  }
  return (
    <ul className="space-y-3 pb-7">
      {models.data.items.map((model) => (
        <ModelCard key={model.id} model={model} />
      ))}
    </ul>
  )
}

export function ModelsScreen() {
  const models = useCall('models.list', {})
  const verify = useAct('models.verify', { stales: ['models.list', 'station.status'] })
  const model = useModelImport()
  const count = models.data?.items.length ?? 0
  const changed = verify.data?.items.filter((one) => one.state !== 'verified').length
  return (
    <Screen
      title="Models"
      chips={count > 0 ? <Chip>{plural(count, 'model')}</Chip> : null}
      actions={
        count > 0 && (
          <>
            {changed !== undefined && !verify.isPending && (
              <Chip tone={changed === 0 ? 'ok' : 'bad'}>
                {changed === 0 ? 'all unchanged' : `${plural(changed, 'model')} not as admitted`}
              </Chip>
            )}
            <Button onClick={() => verify.mutate({})} disabled={verify.isPending}>
              {verify.isPending ? 'Hashing…' : 'Verify all'}
            </Button>
          </>
        )
      }
    >
      <div className="min-h-0 flex-1 overflow-auto">
        <div className="mx-auto flex min-h-full max-w-224 flex-col px-7 pt-7">
          {verify.isError && (
            <div className="mb-4">
              <FailureNotice failure={verify.error.failure} />
            </div>
          )}
          <ImportCard model={model} />
          <Models />
        </div>
      </div>
    </Screen>
  )
}

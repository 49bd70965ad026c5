/** Before a release begins to serve: what serves now, what will, how it is tried first, and what can be taken back. */
import { ArrowDown } from 'lucide-react'
import type { BundleRelease } from '../../../main/contract/bundles.ts'
import { useAct } from '../../api.tsx'
import { ConfirmDialog } from '../../components/confirm-dialog.tsx'
import { plural } from '../../format.ts'
import { releaseName } from './custody-words.ts'

const modelsOf = (release: BundleRelease): string => {
  const models = release.items.filter(({ kind, status }) => kind === 'model' && status !== 'revoked')
  const names = models.slice(0, 4).map(({ name, version }) => `${name} ${version}`)
  if (models.length === 0) return 'No models: it changes none that serve.'
  return `Models: ${names.join(', ')}${models.length > names.length ? ` and ${plural(models.length - names.length, 'more model')}` : ''}`
}

function Side({ title, release }: { title: string; release: BundleRelease | null }) {
  return (
    <div className="rounded-md border border-line bg-ground px-3.5 py-2.5">
      <p className="text-small text-ink-2">{title}</p>
      {release === null ? (
        <p>No release. What serves, if anything, was imported on its own.</p>
      ) : (
        <>
          <p className="font-semibold">{releaseName(release)}</p>
          <p className="text-small text-ink-2 [overflow-wrap:anywhere]">{modelsOf(release)}</p>
        </>
      )}
    </div>
  )
}

interface Props {
  readonly kind: 'activate' | 'rollback'
  readonly to: BundleRelease
  readonly from: BundleRelease | null
  readonly isOpen: boolean
  readonly onClose: () => void
}

export function ServeDialog({ kind, to, from, isOpen, onClose }: Props) {
  const activate = useAct('bundles.activate', { stales: ['bundles.status'] })
  const rollback = useAct('bundles.rollback', { stales: ['bundles.status'] })
  const isBack = kind === 'rollback'
  const doing = isBack ? rollback : activate
  return (
    <ConfirmDialog
      isOpen={isOpen}
      onClose={onClose}
      title={isBack ? `Roll back to ${releaseName(to)}?` : `Let ${releaseName(to)} serve?`}
      act={isBack ? 'Roll back' : 'Try it and activate'}
      keep="Leave it as it is"
      kind={isBack ? 'danger' : 'main'}
      doing={doing}
      onAct={() => doing.mutate({ digest: to.digest }, { onSuccess: onClose })}
    >
      <div>
        <Side title="Serves now" release={from} />
        <ArrowDown aria-hidden className="mx-auto my-1.5 size-4 text-ink-3" />
        <Side title={isBack ? 'Will serve again' : 'Will serve'} release={to} />
      </div>
      <p className="text-ink-2">
        Its models are admitted, and each that is to serve is tried first: the one for answers must write a sentence, the one for search
        must measure one. If a trial fails, nothing changes. Only then are they switched, for questions and runs that begin afterwards.
      </p>
      <p className="text-ink-2">
        {from === null ? 'Models that serve now stay on the Models screen.' : `${releaseName(from)} stays here, and you can go back to it.`}{' '}
        It is recorded with your account.
      </p>
    </ConfirmDialog>
  )
}

/** Where an air-gap bundle lies: a path on this machine, or one of the media that were found. */
import { HardDrive } from 'lucide-react'
import { useApi, useCall } from '../../api.tsx'
import { TextField } from '../../components/text-field.tsx'
import { SourceText } from '../../documents/source-text.tsx'
import { plural } from '../../format.ts'
import { useMediumDrop } from './use-medium-drop.ts'

const limits = { lookEveryMs: 5_000 } as const

interface Props {
  readonly path: string
  readonly onPath: (path: string) => void
  readonly problem?: string | undefined
  readonly isDisabled: boolean
}

function Found({ path, onPath, isDisabled }: Omit<Props, 'problem'>) {
  const media = useCall('bundles.media', {}, { enabled: !isDisabled, everyMs: () => limits.lookEveryMs })
  const found = media.data?.media ?? []
  if (isDisabled) return null
  return (
    <fieldset className="min-w-0">
      <legend className="mb-1 text-small font-medium text-ink-2">Media found</legend>
      {media.isError ? (
        <p className="text-small text-ink-2">The list of mounted media cannot be read. Type the path instead.</p>
      ) : found.length === 0 ? (
        <p className="text-small text-ink-2">
          {media.isPending ? 'Looking…' : 'No mounted medium holds an air-gap bundle. One that is put in shows up here by itself.'}
        </p>
      ) : (
        <ul className="max-h-44 overflow-auto rounded-md border border-line">
          {found.flatMap(({ mountPoint, device, fileSystem, folders }) =>
            folders.map((folder) => (
              <li key={folder} className="border-b border-line last:border-0">
                <label className="flex cursor-pointer items-center gap-3 px-3 py-2 transition-colors hover:bg-hover has-checked:bg-accent-soft has-focus-visible:outline-2 has-focus-visible:-outline-offset-2 has-focus-visible:outline-accent">
                  <input
                    type="radio"
                    name="medium"
                    checked={path === folder}
                    onChange={() => onPath(folder)}
                    className="size-3.5 shrink-0 accent-accent focus-visible:outline-none"
                  />
                  <HardDrive aria-hidden className="size-4 shrink-0 text-ink-3" strokeWidth={1.6} />
                  <span className="min-w-0 flex-1 font-mono text-small [overflow-wrap:anywhere]">
                    <SourceText text={folder} />
                  </span>
                  <span className="shrink-0 text-small text-ink-2">
                    {device}, {fileSystem}
                    {folders.length > 1 && folder === mountPoint && `, ${plural(folders.length - 1, 'folder')} below`}
                  </span>
                </label>
              </li>
            )),
          )}
        </ul>
      )}
    </fieldset>
  )
}

export function MediumField({ path, onPath, problem, isDisabled }: Props) {
  const canDrop = useApi().pathOf !== null
  const drop = useMediumDrop(isDisabled, onPath)
  const name = (typed: string) => {
    drop.forget()
    onPath(typed)
  }
  return (
    <div className={`space-y-3 rounded-md ${drop.isOver ? 'outline-2 outline-dashed outline-offset-4 outline-accent' : ''}`}>
      <Found path={path} onPath={name} isDisabled={isDisabled} />
      <TextField
        title="Folder on the medium"
        value={path}
        onChange={name}
        problem={problem ?? drop.problem ?? undefined}
        detail={`The whole path of the folder that holds BUNDLE.json, as the machine of Holdfast sees it.${canDrop ? ' Or drop the folder here.' : ''}`}
        placeholder="/media/usb/holdfast-1.0.0"
        isDisabled={isDisabled}
        isCode
      />
    </div>
  )
}

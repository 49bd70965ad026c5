/** Opens the system's own dialogs for files and for a folder. */
import { type ReactNode, useRef } from 'react'
import { type ChosenFiles, fromPicker } from './chosen-files.ts'
import { filesAccepted } from './format-names.ts'

interface Pickers {
  readonly pickFiles: () => void
  readonly pickFolder: () => void
}

interface Props {
  readonly onChosen: (chosen: ChosenFiles) => void
  readonly children: (pickers: Pickers) => ReactNode
}

export function FilePickers({ onChosen, children }: Props) {
  const files = useRef<HTMLInputElement>(null)
  const folder = useRef<HTMLInputElement>(null)
  const field = (isFolder: boolean) => (
    <input
      ref={isFolder ? folder : files}
      type="file"
      multiple
      {...(isFolder ? { webkitdirectory: '' } : { accept: filesAccepted })}
      aria-label={isFolder ? 'Folder of documents' : 'Documents'}
      tabIndex={-1}
      className="hidden"
      onChange={(event) => {
        const list = event.target.files
        const chosen = list === null || list.length === 0 ? null : fromPicker(list)
        // The same files may be chosen again.
        event.target.value = ''
        if (chosen !== null) onChosen(chosen)
      }}
    />
  )
  return (
    <>
      {field(false)}
      {field(true)}
      {children({ pickFiles: () => files.current?.click(), pickFolder: () => folder.current?.click() })}
    </>
  )
}

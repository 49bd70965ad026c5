/** Takes files that are dropped anywhere in the window while the documents are shown. */
import { Download } from 'lucide-react'
import { useFileDrop } from '../components/use-file-drop.ts'
import { type ChosenFiles, fromDrop } from './chosen-files.ts'

/** True while files are held over the window. */
export const useDrop = (onChosen: (chosen: ChosenFiles) => void): boolean => useFileDrop((dropped) => void fromDrop(dropped).then(onChosen))

const hintLook = [
  'pointer-events-none absolute inset-3 z-30 flex items-center justify-center',
  'rounded-lg border-2 border-dashed border-accent bg-accent-soft/90',
].join(' ')

export function DropHint() {
  return (
    <div aria-hidden className={hintLook}>
      <p className="flex items-center gap-3 text-read font-semibold text-accent">
        <Download className="size-5" strokeWidth={1.8} />
        Drop to add to your documents
      </p>
    </div>
  )
}

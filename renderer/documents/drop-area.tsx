/** Takes files that are dropped anywhere in the window while the documents are shown. A drop never makes the window leave its page. */
import { Download } from 'lucide-react'
import { useEffect, useRef, useState } from 'react'
import { type ChosenFiles, fromDrop } from './chosen-files.ts'

const hasFiles = (event: DragEvent): boolean => event.dataTransfer?.types.includes('Files') === true

/** True while files are held over the window. */
export function useDrop(onChosen: (chosen: ChosenFiles) => void): boolean {
  const [isOver, setIsOver] = useState(false)
  const latest = useRef(onChosen)
  latest.current = onChosen
  useEffect(() => {
    // Entering an element inside is told before leaving the one around it, so only the difference says whether it left.
    let depth = 0
    const enter = (event: DragEvent) => {
      if (!hasFiles(event)) return
      depth += 1
      setIsOver(true)
    }
    const leave = () => {
      depth = Math.max(0, depth - 1)
      if (depth === 0) setIsOver(false)
    }
    const over = (event: DragEvent) => {
      if (!hasFiles(event) || event.dataTransfer === null) return
      event.preventDefault()
      event.dataTransfer.dropEffect = 'copy'
    }
    const drop = (event: DragEvent) => {
      depth = 0
      setIsOver(false)
      if (!hasFiles(event) || event.dataTransfer === null) return
      event.preventDefault()
      void fromDrop(event.dataTransfer).then((chosen) => latest.current(chosen))
    }
    const listeners = { dragenter: enter, dragleave: leave, dragover: over, drop } as const
    for (const [name, listen] of Object.entries(listeners)) window.addEventListener(name as 'drop', listen)
    return () => {
      for (const [name, listen] of Object.entries(listeners)) window.removeEventListener(name as 'drop', listen)
    }
  }, [])
  return isOver
}

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

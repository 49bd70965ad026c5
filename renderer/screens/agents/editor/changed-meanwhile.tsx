/** Somebody else changed the file while this text was typed: which of the two stays is for a person to say. */
import { TriangleAlert } from 'lucide-react'
import { Button } from '../../../components/button.tsx'

export function ChangedMeanwhile({ isGone, onKeep, onTake }: { isGone: boolean; onKeep: () => void; onTake: () => void }) {
  return (
    <div role="alert" className="flex shrink-0 flex-wrap items-center gap-2 border-b border-warn/40 bg-warn-soft px-5 py-2">
      <TriangleAlert aria-hidden className="size-4 shrink-0 text-warn" strokeWidth={1.8} />
      <p className="mr-auto">
        {isGone ? 'The file was removed since you opened it.' : 'The file was changed since you opened it.'} “Changes” shows what yours
        would make of it.
      </p>
      <Button onClick={onKeep}>Keep mine</Button>
      <Button onClick={onTake}>Take what lies there</Button>
    </div>
  )
}

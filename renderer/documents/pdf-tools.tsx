/** The controls of the page view: which page, how large. Every one works by keyboard. */
import { ChevronLeft, ChevronRight, MoveHorizontal, ZoomIn, ZoomOut } from 'lucide-react'
import { useEffect, useState } from 'react'
import { IconButton } from '../components/button.tsx'
import { zoomShown } from './page-layout.ts'
import type { Pages } from './use-pages.ts'

function PageField({ pages, count }: { readonly pages: Pages; readonly count: number }) {
  const [text, setText] = useState('1')
  useEffect(() => setText(String(pages.current + 1)), [pages.current])
  const go = () => {
    const page = Number.parseInt(text, 10)
    if (Number.isNaN(page)) setText(String(pages.current + 1))
    else pages.goTo(page - 1)
  }
  return (
    <form
      className="flex items-center gap-1.5 tabular"
      onSubmit={(event) => {
        event.preventDefault()
        go()
      }}
    >
      <label className="flex items-center gap-1.5 text-ink-2">
        Page
        <input
          value={text}
          inputMode="numeric"
          onChange={(event) => setText(event.target.value)}
          onFocus={(event) => event.target.select()}
          onBlur={go}
          className="h-7 w-12 rounded-md border border-edge bg-surface text-center text-ink"
        />
      </label>
      <span className="text-ink-2">of {count}</span>
    </form>
  )
}

export function PdfTools({ pages, count }: { readonly pages: Pages; readonly count: number }) {
  return (
    <div role="toolbar" aria-label="Pages" className="flex shrink-0 items-center gap-1 text-small">
      <IconButton label="Previous page" disabled={pages.current === 0} onClick={() => pages.goTo(pages.current - 1)}>
        <ChevronLeft />
      </IconButton>
      <PageField pages={pages} count={count} />
      <IconButton label="Next page" disabled={pages.current >= count - 1} onClick={() => pages.goTo(pages.current + 1)}>
        <ChevronRight />
      </IconButton>
      <span aria-hidden className="mx-1 h-4 w-px bg-line" />
      <IconButton label="Smaller" onClick={() => pages.zoomBy(-1)}>
        <ZoomOut />
      </IconButton>
      <span className="w-11 text-center text-ink-2 tabular">{Math.round(zoomShown(pages.scale) * 100)} %</span>
      <IconButton label="Larger" onClick={() => pages.zoomBy(1)}>
        <ZoomIn />
      </IconButton>
      <IconButton label="Fit the width" aria-pressed={pages.isFit} onClick={pages.fit}>
        <MoveHorizontal />
      </IconButton>
    </div>
  )
}

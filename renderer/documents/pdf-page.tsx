/** One page of a PDF in its place: paper at once, its picture and text when drawn, and the quoted passage marked on it. */
import type { PDFDocumentProxy } from 'pdfjs-dist'
import { type RefObject, useEffect, useRef, useState } from 'react'
import type { PageSize } from '../../main/domain/document.ts'
import type { Box } from '../../main/domain/locator.ts'
import { drawPage } from './draw-page.ts'
import { boundsOf, joinLineBoxes, padded } from './highlight-boxes.ts'
import { findQuoteBoxes } from './quote-in-page.ts'

/** Pages that only fly past while scrolling are not drawn. */
const settleMs = 60

/** What is marked on a page: the boxes of its lines, and its words where they are known. */
export interface PageQuote {
  readonly boxes: readonly Box[]
  readonly text: string | null
  readonly announcement: string
}

interface Props {
  readonly pdf: PDFDocumentProxy
  readonly pageNumber: number
  readonly size: PageSize
  /** CSS pixels a point. */
  readonly scale: number
  readonly quote: PageQuote | null
  readonly quoteRef: RefObject<HTMLElement | null>
}

function QuoteMarks({
  boxes,
  size,
  scale,
  quote,
  quoteRef,
}: Pick<Props, 'size' | 'scale' | 'quoteRef'> & { boxes: readonly Box[]; quote: PageQuote }) {
  const place = (box: Box) => ({ left: box.x * scale, top: box.y * scale, width: box.width * scale, height: box.height * scale })
  const all = boundsOf(boxes)
  if (all === null) return null
  return (
    <>
      {boxes.map((box) => (
        <div
          key={`${box.x} ${box.y}`}
          data-quote-box
          className="paper-mark pointer-events-none absolute"
          style={place(padded(box, size))}
        />
      ))}
      <section
        ref={quoteRef}
        tabIndex={-1}
        aria-label={quote.announcement}
        data-quote-bounds
        className="quote-pulse pointer-events-none absolute rounded-sm"
        style={place(padded(all, size))}
      />
    </>
  )
}

export function PdfPage({ pdf, pageNumber, size, scale, quote, quoteRef }: Props) {
  const paper = useRef<HTMLDivElement>(null)
  const [exact, setExact] = useState<{ readonly of: readonly Box[]; readonly boxes: readonly Box[] } | null>(null)
  const [isFailed, setIsFailed] = useState(false)
  const given = quote?.boxes
  const words = quote?.text ?? null

  useEffect(() => {
    const place = paper.current
    if (place === null) return
    let stop: () => void = () => undefined
    const settled = setTimeout(() => {
      const drawing = drawPage(pdf, pageNumber, size.width * scale)
      stop = drawing.stop
      drawing.picture.then(
        (picture) => picture !== null && place.replaceChildren(picture),
        () => setIsFailed(true),
      )
      drawing.text.then(
        (text) => {
          if (text === null) return
          place.append(text)
          const boxes = words === null || given === undefined ? null : findQuoteBoxes(text, words, given, scale)
          setExact(boxes === null || given === undefined ? null : { of: given, boxes })
        },
        () => setIsFailed(true),
      )
    }, settleMs)
    return () => {
      clearTimeout(settled)
      stop()
    }
  }, [pdf, pageNumber, size, scale, words, given])

  // A picture is large: its memory is given back at once, not when somebody next looks for garbage.
  useEffect(() => {
    const place = paper.current
    return () => {
      for (const canvas of place?.querySelectorAll('canvas') ?? []) canvas.width = 0
    }
  }, [])

  const select = (isSelecting: boolean) => paper.current?.querySelector('.page-text')?.classList.toggle('is-selecting', isSelecting)
  const boxes = exact !== null && exact.of === given ? exact.boxes : given === undefined ? [] : joinLineBoxes(given)

  return (
    <section
      aria-label={`Page ${pageNumber}`}
      data-page={pageNumber}
      className="paper absolute inset-0 overflow-hidden rounded-sm shadow-card"
      onPointerDown={() => select(true)}
      onPointerUp={() => select(false)}
      onPointerLeave={() => select(false)}
    >
      <div ref={paper} className="absolute inset-0" />
      {quote !== null && <QuoteMarks boxes={boxes} size={size} scale={scale} quote={quote} quoteRef={quoteRef} />}
      {isFailed && (
        <p className="absolute inset-x-0 top-1/3 px-8 text-center text-[#57544e]">
          This page cannot be drawn. Its text may still be searched and quoted.
        </p>
      )}
    </section>
  )
}

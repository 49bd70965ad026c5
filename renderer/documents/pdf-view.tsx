/** Shows a PDF page by page as it was printed, opened at the quoted passage. Loaded only when a PDF is opened. */
import './viewer.css'
import { memo, type ReactNode, useEffect, useMemo, useRef } from 'react'
import type { PageSize } from '../../main/domain/document.ts'
import { FailurePanel } from '../components/failure-notice.tsx'
import { boundsOf } from './highlight-boxes.ts'
import { pageSizes } from './page-layout.ts'
import type { OpenPdf } from './pdf-document.ts'
import { PdfPage } from './pdf-page.tsx'
import { PdfTools } from './pdf-tools.tsx'
import type { Quoted } from './quoted.ts'
import { usePages } from './use-pages.ts'
import { usePdf } from './use-pdf.ts'

interface Props {
  readonly documentId: string
  readonly bytes: number
  readonly pages: readonly PageSize[]
  readonly quoted: Quoted | null
  /** Counts up when the reader asks to see the passage again. */
  readonly shown: number
  readonly tools: (pageTools: ReactNode) => ReactNode
}

const Page = memo(PdfPage)

function OpenPages({
  pdf,
  sizes,
  quoted,
  shown,
  tools,
}: Pick<Props, 'quoted' | 'shown' | 'tools'> & { pdf: OpenPdf; sizes: readonly PageSize[] }) {
  const scroller = useRef<HTMLElement>(null)
  const quoteRef = useRef<HTMLElement>(null)
  const pages = usePages(scroller, sizes)
  const { goTo, visible } = pages
  const focused = useRef('')

  const locator = quoted?.locator.kind === 'page' ? quoted.locator : null
  const quote = useMemo(
    () => (quoted === null || locator === null ? null : { boxes: locator.boxes, text: quoted.text, announcement: quoted.announcement }),
    [quoted, locator],
  )

  // biome-ignore lint/correctness/useExhaustiveDependencies: asked to show the same passage again
  useEffect(() => {
    if (locator === null) return
    focused.current = ''
    goTo(locator.page - 1, boundsOf(locator.boxes)?.y ?? 0)
  }, [goTo, locator, shown])

  useEffect(() => {
    const key = `${quoted?.key} ${shown}`
    if (quoted === null || visible === null || focused.current === key || quoteRef.current === null) return
    focused.current = key
    quoteRef.current.focus({ preventScroll: true })
  })

  const indices = visible === null ? [] : Array.from({ length: visible.last - visible.first + 1 }, (_, i) => visible.first + i)
  return (
    <>
      {tools(<PdfTools pages={pages} count={sizes.length} />)}
      <section
        ref={scroller}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: the pages scroll by keyboard
        tabIndex={0}
        aria-label="Pages of the document"
        className="min-h-0 flex-1 overflow-auto bg-sunken [overflow-anchor:none]"
        onKeyDown={(event) => {
          if (event.ctrlKey || event.metaKey || event.altKey) return
          if (event.key === '+') pages.zoomBy(1)
          else if (event.key === '-') pages.zoomBy(-1)
          else if (event.key === '0') pages.fit()
        }}
      >
        <div className="relative min-w-full" style={{ height: pages.tops.at(-1) ?? 0, width: widest(sizes) * pages.scale }}>
          {indices.map((index) => {
            const size = sizes[index]
            if (size === undefined) return null
            const width = Math.round(size.width * pages.scale)
            return (
              <div
                key={index}
                className="absolute left-1/2 -translate-x-1/2"
                style={{ top: pages.tops[index] ?? 0, width, height: Math.round(size.height * pages.scale) }}
              >
                <Page
                  pdf={pdf.document}
                  pageNumber={index + 1}
                  size={size}
                  scale={pages.scale}
                  quote={locator?.page === index + 1 ? quote : null}
                  quoteRef={quoteRef}
                />
              </div>
            )
          })}
        </div>
      </section>
    </>
  )
}

const widest = (sizes: readonly PageSize[]): number => sizes.reduce((width, size) => Math.max(width, size.width), 0)

/** Paper in the shape of the first page while the file is opened. */
function Waiting() {
  return (
    <div role="status" aria-label="Opening the document" className="flex min-h-0 flex-1 justify-center overflow-hidden bg-sunken p-4">
      <div className="aspect-[0.707] h-[140%] max-w-full animate-wait rounded-sm bg-surface shadow-card" />
    </div>
  )
}

export default function PdfView({ documentId, bytes, pages, quoted, shown, tools }: Props) {
  const { state, retry } = usePdf(documentId, bytes)
  const count = state.kind === 'open' ? state.pdf.document.numPages : 0
  const sizes = useMemo(() => pageSizes(pages, count), [pages, count])
  switch (state.kind) {
    case 'opening':
      return (
        <>
          {tools(null)}
          <Waiting />
        </>
      )
    case 'failed':
      return (
        <>
          {tools(null)}
          <FailurePanel failure={state.failure} onRetry={retry} />
        </>
      )
    case 'open':
      return <OpenPages pdf={state.pdf} sizes={sizes} quoted={quoted} shown={shown} tools={tools} />
  }
}

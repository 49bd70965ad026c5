/**
 * Draws one page: its picture on a canvas and its text as an invisible layer above. Draws nothing that acts: no links, no
 * forms, no scripts.
 */
import { AnnotationMode, type PDFDocumentProxy, type PDFPageProxy, TextLayer } from 'pdfjs-dist'

/** A canvas beyond this many pixels is drawn coarser instead of larger. */
const canvasPixelsMax = 16 * 1024 * 1024

export interface Drawing {
  /** Null when it was stopped; rejects when the page cannot be drawn. */
  readonly picture: Promise<HTMLCanvasElement | null>
  /** Comes after the picture, when the page's own fonts are there. */
  readonly text: Promise<HTMLDivElement | null>
  stop(): void
}

/** `width` is in CSS pixels: the page is drawn to fill it, whatever unit its own size is in. */
export function drawPage(pdf: PDFDocumentProxy, pageNumber: number, width: number): Drawing {
  const stops: (() => void)[] = []
  let isStopped = false
  const scaleOf = (page: PDFPageProxy): number => width / page.getViewport({ scale: 1 }).width

  const drawPicture = async (page: PDFPageProxy): Promise<HTMLCanvasElement> => {
    const shown = page.getViewport({ scale: scaleOf(page) })
    const density = Math.min(Math.max(1, window.devicePixelRatio), Math.sqrt(canvasPixelsMax / (shown.width * shown.height)))
    const viewport = page.getViewport({ scale: scaleOf(page) * density })
    const canvas = document.createElement('canvas')
    canvas.width = Math.max(1, Math.round(viewport.width))
    canvas.height = Math.max(1, Math.round(viewport.height))
    canvas.className = 'absolute inset-0 size-full'
    const task = page.render({ canvas, viewport, annotationMode: AnnotationMode.ENABLE, background: '#ffffff' })
    stops.unshift(() => task.cancel())
    await task.promise
    return canvas
  }

  const layText = async (page: PDFPageProxy): Promise<HTMLDivElement> => {
    const content = await page.getTextContent()
    const container = document.createElement('div')
    container.className = 'page-text'
    container.style.setProperty('--total-scale-factor', String(scaleOf(page)))
    const layer = new TextLayer({ textContentSource: content, container, viewport: page.getViewport({ scale: scaleOf(page) }) })
    stops.unshift(() => layer.cancel())
    await layer.render()
    const items = content.items.filter((item) => 'str' in item)
    layer.textDivs.forEach((piece, index) => {
      piece.dataset.font = items[index]?.fontName ?? ''
    })
    const end = document.createElement('div')
    end.className = 'page-end'
    container.append(end)
    return container
  }

  const unlessStopped = async <T>(work: () => Promise<T>): Promise<T | null> => {
    try {
      const done = await work()
      return isStopped ? null : done
    } catch (reason) {
      if (isStopped) return null
      throw reason
    }
  }
  const page = unlessStopped(async () => {
    const found = await pdf.getPage(pageNumber)
    stops.push(() => void found.cleanup())
    return found
  })
  const picture = page.then((found) => (found === null ? null : unlessStopped(() => drawPicture(found))))
  const text = Promise.all([page, picture]).then(([found, drawn]) =>
    found === null || drawn === null ? null : unlessStopped(() => layText(found)),
  )
  return {
    picture,
    text,
    stop: () => {
      isStopped = true
      for (const stop of stops) stop()
    },
  }
}

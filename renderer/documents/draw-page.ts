/** Draws one page: its picture on a canvas and its text as an invisible layer above. Draws nothing that acts: no links, no forms, no scripts. */
import { AnnotationMode, type PDFDocumentProxy, TextLayer } from 'pdfjs-dist'

/** A canvas beyond this many pixels is drawn coarser instead of larger. */
const canvasPixelsMax = 16 * 1024 * 1024

export interface DrawnPage {
  readonly canvas: HTMLCanvasElement
  readonly text: HTMLDivElement
}

export interface Drawing {
  /** Null when it was stopped; rejects when the page cannot be drawn. */
  readonly drawn: Promise<DrawnPage | null>
  stop(): void
}

function sizedCanvas(width: number, height: number): { readonly canvas: HTMLCanvasElement; readonly density: number } {
  const wanted = Math.max(1, window.devicePixelRatio)
  const density = Math.min(wanted, Math.sqrt(canvasPixelsMax / (width * height)))
  const canvas = document.createElement('canvas')
  canvas.width = Math.max(1, Math.round(width * density))
  canvas.height = Math.max(1, Math.round(height * density))
  canvas.className = 'absolute inset-0 size-full'
  return { canvas, density }
}

/** `width` is in CSS pixels: the page is drawn to fill it, whatever unit its own size is in. */
export function drawPage(pdf: PDFDocumentProxy, pageNumber: number, width: number): Drawing {
  const stops: (() => void)[] = []
  let isStopped = false
  const draw = async (): Promise<DrawnPage | null> => {
    const page = await pdf.getPage(pageNumber)
    if (isStopped) return null
    stops.push(() => void page.cleanup())
    const scale = width / page.getViewport({ scale: 1 }).width
    const viewport = page.getViewport({ scale })
    const { canvas, density } = sizedCanvas(viewport.width, viewport.height)
    const picture = page.render({
      canvas,
      viewport: page.getViewport({ scale: scale * density }),
      annotationMode: AnnotationMode.ENABLE,
      background: '#ffffff',
    })
    stops.unshift(() => picture.cancel())
    await picture.promise
    if (isStopped) return null
    const text = document.createElement('div')
    text.className = 'page-text'
    text.style.setProperty('--total-scale-factor', String(scale))
    const content = await page.getTextContent()
    if (isStopped) return null
    const layer = new TextLayer({ textContentSource: content, container: text, viewport })
    stops.unshift(() => layer.cancel())
    await layer.render()
    const items = content.items.filter((item) => 'str' in item)
    layer.textDivs.forEach((piece, index) => {
      piece.dataset.font = items[index]?.fontName ?? ''
    })
    const end = document.createElement('div')
    end.className = 'page-end'
    text.append(end)
    return isStopped ? null : { canvas, text }
  }
  const drawn = draw().catch((reason: unknown) => {
    if (isStopped) return null
    throw reason
  })
  return {
    drawn,
    stop: () => {
      isStopped = true
      for (const stop of stops) stop()
    },
  }
}

/**
 * Character maps, standard fonts and image decoders that PDFs may need, built into the window's own files. Nothing comes
 * from elsewhere.
 */

const urls = {
  cMapUrl: import.meta.glob<string>('../../node_modules/pdfjs-dist/cmaps/*.bcmap', { query: '?url', import: 'default', eager: true }),
  standardFontDataUrl: import.meta.glob<string>('../../node_modules/pdfjs-dist/standard_fonts/*.{pfb,ttf}', {
    query: '?url',
    import: 'default',
    eager: true,
  }),
  wasmUrl: import.meta.glob<string>('../../node_modules/pdfjs-dist/wasm/{jbig2,openjpeg}.wasm', {
    query: '?url',
    import: 'default',
    eager: true,
  }),
} as const

type AssetKind = keyof typeof urls

const byName = new Map<string, string>()
for (const [kind, found] of Object.entries(urls)) {
  for (const [path, url] of Object.entries(found)) byName.set(`${kind}/${path.slice(path.lastIndexOf('/') + 1)}`, url)
}

/** What the PDF reader calls for each asset. Rejects for a name that is not built in, and the reader goes on without it. */
export class PdfAssets {
  async fetch({ kind, filename }: { readonly kind: AssetKind; readonly filename: string }): Promise<Uint8Array> {
    const url = byName.get(`${kind}/${filename}`)
    if (url === undefined) throw new Error('not built in')
    const response = await fetch(url)
    if (!response.ok) throw new Error('not readable')
    return new Uint8Array(await response.arrayBuffer())
  }
}

/**
 * Makes the PDF and DOCX documents of the sample case and of the test holdings from their sources. Run it after changing a source;
 * it never touches the documents that are text themselves.
 */
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { readSource, type Source } from './sample-case/read-source.ts'
import { renderDocx } from './sample-case/render-docx.ts'
import { renderPdf } from './sample-case/render-pdf.ts'

const root = join(import.meta.dirname, '..')

/** Where sources lie and where their documents go. A source is called `name.pdf.md` or `name.docx.md`. */
export const sampleSets = [
  { sources: join(root, 'scripts/sample-case'), documents: join(root, 'main/sample-case/documents') },
  { sources: join(root, 'test/fixtures/holdings/sources'), documents: join(root, 'test/fixtures/holdings/documents') },
] as const

const renderers: Readonly<Record<string, (source: Source) => Promise<Uint8Array>>> = { pdf: renderPdf, docx: renderDocx }

/** File name and bytes of every document that the sources of one folder make. */
export async function renderSources(folder: string): Promise<readonly { readonly file: string; readonly bytes: Uint8Array }[]> {
  const made: { file: string; bytes: Uint8Array }[] = []
  for (const name of readdirSync(folder).sort()) {
    const [, file = '', format = ''] = /^(.+\.(pdf|docx))\.md$/.exec(name) ?? []
    const render = renderers[format]
    if (render !== undefined) made.push({ file, bytes: await render(readSource(readFileSync(join(folder, name), 'utf8'))) })
  }
  return made
}

if (import.meta.main) {
  for (const { sources, documents } of sampleSets) {
    mkdirSync(documents, { recursive: true })
    for (const { file, bytes } of await renderSources(sources)) {
      writeFileSync(join(documents, file), bytes)
      process.stderr.write(`${file} ${bytes.length} bytes\n`)
    }
  }
}

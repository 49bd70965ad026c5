/** The notices of third parties: every licence text that a shipped package brings, once, under the names of all that it is for. */
import { globSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { licenceOf } from './licences.ts'
import { type Lock, nameAt } from './lock.ts'
import type { Part } from './parts.ts'
import type { Plan } from './plan.ts'

const rule = '='.repeat(80)
const names = '**/{LICENSE,LICENCE,COPYING,NOTICE,license,licence,copying,notice}*'
/** Code that is named so is no text of a licence. */
const isText = (file: string): boolean => /(^|[/\\])[^/\\.]+(\.(md|txt|markdown))?$/i.test(file) || /LICEN[CS]E[_-]\w+$/.test(file)

function textsOf(folder: string): readonly string[] {
  const files = globSync(names, { cwd: folder, exclude: ['node_modules/**', 'llama/**'] })
    .filter(isText)
    .sort()
  return files
    .filter((file) => statSync(join(folder, file)).isFile())
    .map((file) => readFileSync(join(folder, file), 'utf8').replaceAll('\r\n', '\n').trim())
}

/** One block: those it is for, then the text. */
const block = (heads: readonly string[], text: string): string => [rule, ...heads, rule, '', text, ''].join('\n')

export interface Noticed {
  readonly root: string
  readonly lock: Lock
  readonly plan: Pick<Plan, 'places' | 'windowPlaces'>
  readonly parts: readonly Part[]
}

export function notices({ root, lock, plan, parts }: Noticed): string {
  const byText = new Map<string, string[]>()
  const silent: string[] = []
  const places = [...new Set([...plan.places, ...plan.windowPlaces])].sort()
  for (const place of places) {
    const head = `${nameAt(place)} ${lock.get(place)?.version} (${licenceOf(lock, place)})`
    const texts = textsOf(join(root, place))
    if (texts.length === 0) silent.push(head)
    for (const text of texts) byText.set(text, [...new Set([...(byText.get(text) ?? []), head])])
  }
  const own = parts.map(
    ({ name, version, licence, description }) =>
      `${name}, release ${version ?? 'unknown'} (${licence ?? 'no licence named'}): ${description}`,
  )
  const inPdfium = parts.find(({ name }) => name === 'PDFium')?.inside ?? []
  const insidePdfium = ['Built into PDFium, and perhaps more than these', ...inPdfium.map(({ name, licence }) => `${name} (${licence})`)]
  const textOf = (name: string) => readFileSync(join(import.meta.dirname, `licences/${name}.txt`), 'utf8').trim()
  return [
    'What others made and Holdfast ships, with the licences it is under.',
    'sbom.cdx.json lists the same parts for programs.',
    '',
    block(['Inside of binaries'], own.join('\n')),
    // Their packages bring builds of them without a text.
    block(['llama.cpp (MIT)'], textOf('llama.cpp')),
    block(['SQLite3 Multiple Ciphers (MIT)'], textOf('sqlite3-multiple-ciphers')),
    block(['PDFium (BSD-3-Clause AND Apache-2.0)'], textOf('pdfium')),
    block(insidePdfium, 'TO BE ADDED: these texts. Its package brings none, and names no release to take them from.'),
    block(['Packages that bring no text of their licence; it is the usual one of that name'], silent.join('\n')),
    ...[...byText].map(([text, heads]) => block(heads, text)),
  ].join('\n')
}

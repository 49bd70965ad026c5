/** The manual itself. Its texts are part of the built window, so that they can be read whatever the core does. */
import { type ManualPageName, manualPageNames } from './page-names.ts'
import { type ManualPage, readPage } from './read-page.ts'

const sources = import.meta.glob<string>('../../manual/*.md', { query: '?raw', import: 'default', eager: true })

const read = new Map<ManualPageName, ManualPage>()

/** Read when it is first wanted. */
export function manualPage(name: ManualPageName): ManualPage {
  const known = read.get(name)
  if (known !== undefined) return known
  const page = readPage(name, sources[`../../manual/${name}.md`] ?? '')
  read.set(name, page)
  return page
}

export const manualPages = (): readonly ManualPage[] => manualPageNames.map(manualPage)

/** The files that were found when the window was built, by their names. */
export const manualFiles: readonly string[] = Object.keys(sources).map((path) => path.replace(/^.*\/(.*)\.md$/, '$1'))

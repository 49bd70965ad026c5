/** Where a link of the manual leads: to a page or a part of one. Everything else is no link in the window, whatever it says. Pure. */
import { type ManualPageName, manualPageNamed } from './page-names.ts'

export interface LinkTarget {
  readonly page: ManualPageName
  readonly anchor: string | null
}

/** `from` is the page that the link stands on. Null for files of the source tree, addresses of a network and what is not understood. */
export function linkTarget(href: string, from: ManualPageName): LinkTarget | null {
  const found = /^(?:(?:\.\/)?([a-z0-9-]+)\.md)?(?:#([^#]+))?$/.exec(href)
  if (found === null || href === '') return null
  const [, file, anchor = null] = found
  const page = file === undefined ? from : manualPageNamed(file)
  return page === null ? null : { page, anchor }
}

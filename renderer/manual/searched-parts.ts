/** What the search looks through: each part of each page, as one line of text. */
import { manualPageNames } from './page-names.ts'
import { manualPage } from './pages.ts'
import type { SearchedPart } from './search.ts'
import { textOf } from './token-tree.ts'

let parts: readonly SearchedPart[] | null = null

/** Made at the first search. */
export function searchedParts(): readonly SearchedPart[] {
  parts ??= manualPageNames.flatMap((name) => {
    const { sections, title } = manualPage(name)
    return sections.map((section) => ({
      ...{ page: name, pageTitle: title, anchor: section.anchor, title: section.title },
      text: section.nodes.map(textOf).join(' ').replaceAll(/\s+/g, ' '),
    }))
  })
  return parts
}

/** One page of the manual: its title, its first sentence, and the parts that its headings make, each with an address of its own. Pure. */
import { type MarkdownNode, readMarkdown, textOf } from './token-tree.ts'

export interface ManualSection {
  /** Null for what stands before the first heading below the title. */
  readonly anchor: string | null
  readonly title: string
  /** 1 is the page itself. */
  readonly level: number
  readonly heading: MarkdownNode | null
  readonly nodes: readonly MarkdownNode[]
}

export interface ManualPage {
  readonly name: string
  /** `Custody: air-gap bundles at this station` */
  readonly title: string
  /** `Custody` */
  readonly shortTitle: string
  readonly firstSentence: string
  readonly sections: readonly ManualSection[]
}

const levelOf = (node: MarkdownNode): number => Number(node.token.tag.slice(1))

export const slugOf = (title: string): string =>
  title
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}]+/gu, '-')
    .replaceAll(/^-|-$/g, '')

/** Headings of the same words are counted: `limits`, `limits-2`. */
function createAnchors(): (title: string) => string {
  const seen = new Map<string, number>()
  return (title) => {
    const slug = slugOf(title) || 'part'
    const count = (seen.get(slug) ?? 0) + 1
    seen.set(slug, count)
    return count === 1 ? slug : `${slug}-${count}`
  }
}

function sectionsOf(name: string, nodes: readonly MarkdownNode[]): readonly ManualSection[] {
  const anchorOf = createAnchors()
  const sections: (ManualSection & { readonly nodes: MarkdownNode[] })[] = []
  for (const node of nodes) {
    const isHeading = node.kind === 'heading'
    if (isHeading && (levelOf(node) > 1 || sections.length > 0)) {
      const title = textOf(node)
      sections.push({ anchor: anchorOf(title), title, level: levelOf(node), heading: node, nodes: [] })
      continue
    }
    if (sections.length === 0) {
      sections.push({ anchor: null, title: isHeading ? textOf(node) : name, level: 1, heading: isHeading ? node : null, nodes: [] })
      if (isHeading) continue
    }
    sections.at(-1)?.nodes.push(node)
  }
  return sections
}

/** Up to the first full stop that ends a sentence. */
const sentenceOf = (text: string): string => /^.*?[.!?](?=\s|$)/s.exec(text)?.[0] ?? text

export function readPage(name: string, source: string): ManualPage {
  const sections = sectionsOf(name, readMarkdown(source))
  const title = sections[0]?.title ?? name
  const first = sections.flatMap(({ nodes }) => nodes).find(({ kind }) => kind === 'paragraph')
  return {
    ...{ name, title, shortTitle: title.split(':')[0] ?? title },
    firstSentence: first === undefined ? '' : sentenceOf(textOf(first)),
    sections,
  }
}

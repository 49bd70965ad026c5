import { existsSync, globSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { parseReasons } from '../../../main/memory/parse/refusals.ts'
import { linkTarget } from '../../../renderer/manual/link-target.ts'
import { manualPageNames } from '../../../renderer/manual/page-names.ts'
import { manualFiles, manualPage, manualPages } from '../../../renderer/manual/pages.ts'
import { readPage } from '../../../renderer/manual/read-page.ts'
import { hrefOf, type MarkdownNode } from '../../../renderer/manual/token-tree.ts'

const root = join(import.meta.dirname, '../../..')

const nodesOf = (node: MarkdownNode): readonly MarkdownNode[] => [node, ...node.children.flatMap(nodesOf)]
const allNodes = (name: (typeof manualPageNames)[number]) =>
  manualPage(name).sections.flatMap(({ nodes, heading }) => [...(heading === null ? [] : [heading]), ...nodes].flatMap(nodesOf))

test('AIR-06 every file of the manual is a page of the window, and stands once in its index', () => {
  const files = readdirSync(join(root, 'manual')).flatMap((file) => (file.endsWith('.md') ? [file.slice(0, -3)] : []))
  expect([...manualPageNames].sort()).toEqual(files.sort())
  expect([...manualFiles].sort()).toEqual(files.sort())
})

test('AIR-06 every page has one title, says first what it is about, and no part of it is empty', () => {
  for (const page of manualPages()) {
    expect(page.title, page.name).not.toBe(page.name)
    expect(page.sections.filter(({ level }) => level === 1)).toHaveLength(1)
    expect(page.firstSentence, page.name).toMatch(/^\p{Lu}.{10,250}[.]$/su)
    const parts = page.sections.slice(1)
    expect(
      parts.filter(({ nodes, level }, at) => nodes.length === 0 && (parts[at + 1]?.level ?? 0) <= level).map(({ title }) => title),
    ).toEqual([])
  }
})

test('AIR-06 every link of the manual leads to a page, to a part that is there, or to a file of the source tree', () => {
  const links = manualPageNames.flatMap((name) =>
    allNodes(name).flatMap((node) => (node.kind === 'link' ? [{ name, href: hrefOf(node) }] : [])),
  )
  expect(links.length).toBeGreaterThan(8)
  const broken = links.filter(({ name, href }) => {
    const target = linkTarget(href, name)
    if (target === null) return /^[a-z]+:/.test(href) || !existsSync(join(root, 'manual', href.split('#')[0] ?? ''))
    return target.anchor !== null && !manualPage(target.page).sections.some(({ anchor }) => anchor === target.anchor)
  })
  expect(broken).toEqual([])
})

test('AIR-06 every page is named by another one or by the README', () => {
  const readme = readFileSync(join(root, 'README.md'), 'utf8')
  const linked = new Set(manualPageNames.flatMap((name) => allNodes(name).flatMap((node) => linkTarget(hrefOf(node), name)?.page ?? [])))
  expect(readme).toMatch(/^manual\/ .*troubleshooting/m)
  expect(manualPageNames.filter((name) => !linked.has(name) && !readme.includes(name))).toEqual([])
})

test('AIR-06 what the manual says about refusals is true: every code in its tables exists', () => {
  const code = globSync('main/**/*.ts', { cwd: root })
    .map((file) => readFileSync(join(root, file), 'utf8'))
    .join('\n')
  const named = (['troubleshooting', 'custody'] as const).flatMap((name) =>
    allNodes(name).flatMap(({ kind, token }) =>
      kind === 'code_inline' && /^[a-z]+\.(?!jsonl?$)[a-z_]+$/.test(token.content) ? [token.content] : [],
    ),
  )
  expect(named.length).toBeGreaterThan(50)
  const exists = (name: string) => code.includes(`'${name}'`) || parseReasons.some((reason) => name === `parse.${reason}`)
  expect(named.filter((name) => !exists(name))).toEqual([])
})

test('UI a page is cut at its headings, each with an address of its own', () => {
  const { title, shortTitle, firstSentence, sections } = readPage(
    'x',
    '# Tools: all of them\n\nUse `v1.2`, or not. More.\n\n## A “thing”\n\none\n\n### Of it\n\n## A thing\n\ntwo\n\n# Last\n',
  )
  expect({ title, shortTitle, firstSentence }).toEqual({
    title: 'Tools: all of them',
    shortTitle: 'Tools',
    firstSentence: 'Use v1.2, or not.',
  })
  expect(sections.map(({ anchor, level, nodes }) => [anchor, level, nodes.length])).toEqual([
    [null, 1, 1],
    ['a-thing', 2, 1],
    ['of-it', 3, 0],
    ['a-thing-2', 2, 1],
    ['last', 1, 0],
  ])
  expect(readPage('y', 'No title.')).toMatchObject({ title: 'y', firstSentence: 'No title.' })
})

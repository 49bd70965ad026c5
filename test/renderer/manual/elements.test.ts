import { createElement, type ReactNode } from 'react'
import { renderToStaticMarkup } from 'react-dom/server'
import { expect, test } from 'vitest'
import { Blocks, blockKinds } from '../../../renderer/manual/blocks.tsx'
import { inlineKinds } from '../../../renderer/manual/inline.tsx'
import type { LinkTarget } from '../../../renderer/manual/link-target.ts'
import { manualPages } from '../../../renderer/manual/pages.ts'
import { ReadingContext } from '../../../renderer/manual/reading.ts'
import { type MarkdownNode, readMarkdown } from '../../../renderer/manual/token-tree.ts'

const Link = ({ target: { page, anchor }, children }: { readonly target: LinkTarget; readonly children: ReactNode }) =>
  createElement('a', { href: `${page}${anchor === null ? '' : `#${anchor}`}` }, children)

/** The elements of a source, without their looks. */
function elementsOf(source: string, words: readonly string[] = []): string {
  const reading = { page: 'custody', words, titleOf: (page: string) => `the page ${page}`, Link } as const
  const page = createElement(ReadingContext, { value: reading }, createElement(Blocks, { nodes: readMarkdown(source) }))
  return renderToStaticMarkup(page)
    .replaceAll(/ (?:class|aria-label|title|tabindex|type|aria-hidden)="[^"]*"/g, '')
    .replaceAll(/<svg.*?<\/svg>/gs, '')
}

test.each([
  ['a paragraph of two lines', 'one\ntwo', '<p>one two</p>'],
  ['a line that is broken', 'one  \ntwo', '<p>one<br/>two</p>'],
  ['weight', '**strong** and *so* and ~~gone~~', '<p><strong>strong</strong> and <em>so</em> and <s>gone</s></p>'],
  ['code in a line', 'say `a < b`', '<p>say <code><span>a </span><span>&lt; </span><span>b</span></code></p>'],
  ['a tight list', '- one\n- two\n  - three', '<ul><li>one</li><li>two<ul><li>three</li></ul></li></ul>'],
  ['a loose list', '- one\n\n- two', '<ul><li><p>one</p></li><li><p>two</p></li></ul>'],
  ['a list that counts from three', '3. one\n4. two', '<ol start="3"><li>one</li><li>two</li></ol>'],
  ['lines of code', '```sh\na\n  b\n```', '<div><section><pre>a\n  b</pre></section><button></button></div>'],
  ['lines that are set in', '    a', '<div><section><pre>a</pre></section><button></button></div>'],
  ['a quote', '> said', '<blockquote><p>said</p></blockquote>'],
  ['a rule', '---', '<hr/>'],
  ['a heading within a list', '- # one', '<ul><li><p>one</p></li></ul>'],
  [
    'a table',
    '| a | b |\n|---|---|\n| c | `d` |',
    '<section><table><thead><tr><th scope="col">a</th><th scope="col">b</th></tr></thead><tbody><tr><td>c</td><td><code><span>d</span></code></td></tr></tbody></table></section>',
  ],
  [
    'a table whose header says nothing',
    '| | |\n|---|---|\n| c | d |',
    '<section><table><tbody><tr><td>c</td><td>d</td></tr></tbody></table></section>',
  ],
  [
    'a table whose first column has no name',
    '| | b |\n|---|---|\n| c | d |',
    '<section><table><thead><tr><td></td><th scope="col">b</th></tr></thead><tbody><tr><td>c</td><td>d</td></tr></tbody></table></section>',
  ],
  ['a link to a page', '[the tiers](tiers.md)', '<p><a href="tiers">the tiers</a></p>'],
  ['a link to a part of a page', '[so](./tiers.md#on-record)', '<p><a href="tiers#on-record">so</a></p>'],
  ['a link to a part of this page', '[so](#load)', '<p><a href="custody#load">so</a></p>'],
  ['a link that names its file', '[tiers.md](tiers.md)', '<p><a href="tiers">the page tiers</a></p>'],
  ['a link to a file of the source tree', '[the **map**](../main/README.md)', '<p>the <strong>map</strong></p>'],
  ['a link to a page that is not there', '[so](nowhere.md)', '<p>so</p>'],
])('%s', (_what, source, elements) => {
  expect(elementsOf(source)).toBe(elements)
})

test('words that were looked for are marked, in text and in code', () => {
  expect(elementsOf('Type the `Fingerprint`, print it', ['print'])).toBe(
    '<p>Type the <code><span><bdi>Finger<mark data-quote-mark="true">print</mark></bdi></span></code><bdi>, <mark data-quote-mark="true">print</mark> it</bdi></p>',
  )
})

test.each([
  ['a script', '<script>alert(1)</script>'],
  ['a script within a line', 'so <script>alert(1)</script>'],
  ['an image that runs something', 'so <img src=x onerror=alert(1)>'],
  ['a frame', '<iframe src="http://192.0.2.1/"></iframe>'],
  ['a style', '<style>* { display: none }</style>'],
  ['a link to a program', '[so](javascript:alert(1))'],
  ['a link to data', '[so](data:text/html,<script>alert(1)</script>)'],
  ['a link to a network', '[so](http://192.0.2.1/ "so")'],
  ['a link by its own words', '<http://192.0.2.1/>'],
  ['an address that is only written', 'http://192.0.2.1/'],
  ['a link by reference', '[so][1]\n\n[1]: http://192.0.2.1/'],
  ['a picture of a network', '![so](http://192.0.2.1/a.png)'],
  ['a picture within a link', '[![so](http://192.0.2.1/a.png)](http://192.0.2.1/)'],
  ['a program in lines of code', '```"><script>\n<script>alert(1)</script>\n```'],
  ['a page that leaves its folder', '[so](../tiers.md)'],
  ['entities', '&lt;script&gt;alert(1)&lt;/script&gt;'],
])('hostile text stays text: %s', (_what, source) => {
  const elements = elementsOf(source)
  const tags = [...elements.matchAll(/<([a-z0-9]+)([^>]*)>/g)]
  expect(tags.length).toBeGreaterThan(0)
  expect(
    tags.map(([, name]) => name).filter((name) => !['p', 'pre', 'div', 'section', 'button', 'code', 'span'].includes(name ?? '')),
  ).toEqual([])
  expect(tags.map(([, , attributes]) => attributes).join('')).toBe('')
})

test('every kind of token in the manual has an element', () => {
  const kinds = new Set<string>()
  const gather = ({ kind, children }: MarkdownNode) => {
    kinds.add(kind)
    children.forEach(gather)
  }
  for (const { sections } of manualPages())
    for (const { nodes, heading } of sections) [...nodes, ...(heading ?? { children: [] }).children].forEach(gather)
  const parts = ['thead', 'tbody', 'tr', 'th', 'td']
  expect(kinds.size).toBeGreaterThan(12)
  expect([...kinds].filter((kind) => !(kind in blockKinds) && !(kind in inlineKinds) && !parts.includes(kind))).toEqual([])
})

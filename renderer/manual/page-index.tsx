/** Where the manual begins: every page, and what it says first. */
import { PageLink } from './page-link.tsx'
import { manualGroups } from './page-names.ts'
import { manualPage } from './pages.ts'

export function PageIndex() {
  return (
    <div className="min-h-0 flex-1 overflow-auto">
      <div className="mx-auto max-w-200 px-7 pt-7 pb-10">
        <p className="mb-6 text-ink-2 text-pretty">
          All of it came with Holdfast and is read without a network. It says what each part does, what it does not protect from, and what
          to do when something is refused.
        </p>
        {manualGroups.map(({ title, pages }) => (
          <section key={title} className="mb-7">
            <h2 className="mb-2 text-small font-semibold text-ink-2">{title}</h2>
            <ul className="overflow-hidden rounded-lg border border-line bg-surface">
              {pages.map((page) => {
                const { title: name, firstSentence } = manualPage(page)
                return (
                  <li key={page} className="border-b border-line last:border-0">
                    <PageLink
                      target={{ page, anchor: null }}
                      className="block px-4 py-3 -outline-offset-2! transition-colors hover:bg-hover"
                    >
                      <span className="block font-medium">{name}</span>
                      <span className="mt-0.5 line-clamp-2 text-small text-ink-2">{firstSentence}</span>
                    </PageLink>
                  </li>
                )
              })}
            </ul>
          </section>
        ))}
      </div>
    </div>
  )
}

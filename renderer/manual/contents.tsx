/** Every page of the manual beside the one that is read, and the parts of that one. */
import { useEffect, useRef } from 'react'
import { PageLink } from './page-link.tsx'
import { type ManualPageName, manualGroups } from './page-names.ts'
import { manualPage } from './pages.ts'

const look = 'block rounded-md px-2.5 transition-colors hover:text-ink'

function Parts({ name }: { name: ManualPageName }) {
  const parts = manualPage(name).sections.filter(({ level }) => level === 2)
  if (parts.length === 0) return null
  return (
    <ul className="mt-0.5 mb-2 ml-3.5 border-l border-line">
      {parts.map(({ anchor, title }) => (
        <li key={anchor}>
          <PageLink target={{ page: name, anchor }} className={`${look} py-0.5 text-small text-ink-2`}>
            {title}
          </PageLink>
        </li>
      ))}
    </ul>
  )
}

export function Contents({ name }: { readonly name: ManualPageName }) {
  const nav = useRef<HTMLElement>(null)
  // biome-ignore lint/correctness/useExhaustiveDependencies: each page has its own place in the list
  useEffect(() => {
    nav.current?.querySelector('[data-is-current]')?.scrollIntoView({ block: 'nearest' })
  }, [name])
  return (
    <nav
      ref={nav}
      aria-label="Pages of the manual"
      className="w-56 shrink-0 overflow-auto border-r border-line px-2 py-4 print:hidden max-wide:w-50"
    >
      {manualGroups.map(({ title, pages }) => (
        <section key={title} className="mb-4">
          <h2 className="mb-1 px-2.5 text-note font-semibold text-ink-3">{title}</h2>
          <ul>
            {pages.map((page) => (
              <li key={page} data-is-current={page === name ? '' : undefined}>
                <PageLink
                  target={{ page, anchor: null }}
                  isCurrent={page === name}
                  className={`${look} py-1 ${page === name ? 'bg-surface font-medium shadow-card' : 'text-ink-2'}`}
                >
                  {manualPage(page).shortTitle}
                </PageLink>
                {page === name && <Parts name={name} />}
              </li>
            ))}
          </ul>
        </section>
      ))}
    </nav>
  )
}

/** A row of tabs over one room. The room scrolls, the row stays. */
import { Tabs as Primitive } from 'radix-ui'
import { type ReactNode, useState } from 'react'
import type { ManualPageName } from '../manual/page-names.ts'
import { ManualLink } from './manual-link.tsx'

export interface Tab {
  readonly id: string
  readonly title: string
  readonly content: ReactNode
  /** The page of the manual about it. */
  readonly manual?: ManualPageName
}

export function Tabs({ tabs, label }: { tabs: readonly Tab[]; label: string }) {
  const [shown, setShown] = useState(tabs[0]?.id ?? '')
  const manual = tabs.find(({ id }) => id === shown)?.manual
  return (
    <Primitive.Root value={shown} onValueChange={setShown} className="flex min-h-0 flex-1 flex-col">
      <div className="flex h-11 shrink-0 items-center border-b border-line px-4.5">
        <Primitive.List aria-label={label} className="-mb-px flex min-w-0 flex-1 items-stretch gap-5 self-stretch text-small">
          {tabs.map((tab) => (
            <Primitive.Trigger
              key={tab.id}
              value={tab.id}
              className="-mx-1 border-b-2 border-transparent px-1 font-medium text-ink-2 transition-colors hover:text-ink data-[state=active]:border-accent data-[state=active]:text-ink focus-visible:-outline-offset-2"
            >
              {tab.title}
            </Primitive.Trigger>
          ))}
        </Primitive.List>
        {manual !== undefined && <ManualLink page={manual} />}
      </div>
      {tabs.map((tab) => (
        <Primitive.Content key={tab.id} value={tab.id} className="min-h-0 flex-1 overflow-auto -outline-offset-2!">
          {tab.content}
        </Primitive.Content>
      ))}
    </Primitive.Root>
  )
}

/** A row of tabs over one room. The room scrolls, the row stays. */
import { Tabs as Primitive } from 'radix-ui'
import type { ReactNode } from 'react'

export interface Tab {
  readonly id: string
  readonly title: string
  readonly content: ReactNode
}

export function Tabs({ tabs, label }: { tabs: readonly Tab[]; label: string }) {
  return (
    <Primitive.Root defaultValue={tabs[0]?.id ?? ''} className="flex min-h-0 flex-1 flex-col">
      <Primitive.List aria-label={label} className="flex h-11 shrink-0 items-stretch gap-5 border-b border-line px-4.5 text-small">
        {tabs.map((tab) => (
          <Primitive.Trigger
            key={tab.id}
            value={tab.id}
            className="-mx-1 -mb-px border-b-2 border-transparent px-1 font-medium text-ink-2 transition-colors hover:text-ink data-[state=active]:border-accent data-[state=active]:text-ink focus-visible:-outline-offset-2"
          >
            {tab.title}
          </Primitive.Trigger>
        ))}
      </Primitive.List>
      {tabs.map((tab) => (
        <Primitive.Content key={tab.id} value={tab.id} className="min-h-0 flex-1 overflow-auto -outline-offset-2!">
          {tab.content}
        </Primitive.Content>
      ))}
    </Primitive.Root>
  )
}

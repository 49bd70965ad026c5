/** A few choices side by side of which one holds. Arrow keys move between them. */
import { ToggleGroup } from 'radix-ui'
import type { ReactNode } from 'react'

interface Props<T extends string> {
  readonly label: string
  readonly value: T
  readonly choices: ReadonlyArray<{ readonly value: T; readonly title: ReactNode }>
  readonly onChoose: (value: T) => void
}

export function Segments<T extends string>({ label, value, choices, onChoose }: Props<T>) {
  return (
    <ToggleGroup.Root
      type="single"
      value={value}
      aria-label={label}
      onValueChange={(chosen) => {
        const next = choices.find((one) => one.value === chosen)
        if (next !== undefined) onChoose(next.value)
      }}
      className="inline-flex rounded-md border border-edge bg-sunken p-0.5"
    >
      {choices.map((one) => (
        <ToggleGroup.Item
          key={one.value}
          value={one.value}
          className="h-6 rounded-[6px] px-2.5 text-small font-medium whitespace-nowrap text-ink-2 transition-colors hover:text-ink data-[state=on]:bg-raised data-[state=on]:text-ink data-[state=on]:shadow-card"
        >
          {one.title}
        </ToggleGroup.Item>
      ))}
    </ToggleGroup.Root>
  )
}

/** A small menu to choose one of a few, whose words may be anybody's. Not modal, since locking the page would need a style element that the content policy refuses. */
import { Check, ChevronDown } from 'lucide-react'
import { DropdownMenu } from 'radix-ui'
import type { ReactNode } from 'react'
import { visibleString } from '../documents/visible-text.ts'
import { buttonLook } from './button.tsx'

export interface Choice {
  readonly value: string
  readonly title: string
  /** A second line: what choosing it means. */
  readonly detail?: string
}

interface Props {
  readonly label: string
  readonly value: string
  readonly choices: readonly Choice[]
  readonly onChoose: (value: string) => void
  /** More entries below the choices. */
  readonly children?: ReactNode
  readonly isDisabled?: boolean
}

export const menuLook =
  'z-50 min-w-56 max-w-90 rounded-md border border-line-strong bg-raised p-1 shadow-float outline-none max-h-[50vh] overflow-auto'
export const menuItemLook =
  'flex items-start gap-2 rounded-sm px-2 py-1.5 outline-none select-none data-highlighted:bg-accent-soft [&_svg]:size-4 [&_svg]:shrink-0'

export function ChoiceMenu({ label, value, choices, onChoose, children, isDisabled = false }: Props) {
  const chosen = choices.find((choice) => choice.value === value)
  const title = chosen === undefined ? null : visibleString(chosen.title)
  return (
    <DropdownMenu.Root modal={false}>
      <DropdownMenu.Trigger
        disabled={isDisabled}
        aria-label={`${label}: ${title ?? 'none'}`}
        className={`${buttonLook()} max-w-44 shrink! min-w-0`}
      >
        <span className="truncate">{title ?? label}</span>
        <ChevronDown aria-hidden className="text-ink-3" />
      </DropdownMenu.Trigger>
      <DropdownMenu.Portal>
        <DropdownMenu.Content align="start" sideOffset={6} collisionPadding={12} className={menuLook}>
          <DropdownMenu.Label className="px-2 pt-1 pb-1.5 text-note font-semibold text-ink-3">{label}</DropdownMenu.Label>
          <DropdownMenu.RadioGroup value={value} onValueChange={onChoose}>
            {choices.map((choice) => (
              <DropdownMenu.RadioItem key={choice.value} value={choice.value} className={menuItemLook}>
                <span className="mt-0.5 size-4 shrink-0 text-accent">
                  <DropdownMenu.ItemIndicator>
                    <Check aria-hidden />
                  </DropdownMenu.ItemIndicator>
                </span>
                <span className="min-w-0">
                  <span className="block truncate">{visibleString(choice.title)}</span>
                  {choice.detail !== undefined && <span className="block text-small text-ink-2">{visibleString(choice.detail)}</span>}
                </span>
              </DropdownMenu.RadioItem>
            ))}
          </DropdownMenu.RadioGroup>
          {children}
        </DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu.Root>
  )
}

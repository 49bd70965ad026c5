/** J and K take the focus from one row of a list to the next, where each row is a button of its own. */
import type { RefObject } from 'react'
import { useShortcut } from '../frame/shortcuts.tsx'

/** `rows` selects the buttons within the list. */
export function useRowKeys(list: RefObject<HTMLElement | null>, rows: string) {
  const move = (by: number) => {
    const buttons = [...(list.current?.querySelectorAll<HTMLElement>(rows) ?? [])]
    const at = buttons.findIndex((button) => button.contains(document.activeElement))
    buttons[at < 0 ? (by > 0 ? 0 : buttons.length - 1) : Math.min(Math.max(at + by, 0), buttons.length - 1)]?.focus()
  }
  useShortcut('list.next', () => move(1))
  useShortcut('list.previous', () => move(-1))
}

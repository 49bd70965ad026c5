/** Turns key presses into actions. A letter typed into a field stays a letter; the part of the screen that came last answers first. */
import { useEffect, useRef } from 'react'
import { actionOf, type KeyAction, nameOfKey } from './key-map.ts'
import { usePreferences } from './preferences.ts'

interface Entry {
  readonly action: KeyAction
  readonly run: () => void
}

const entries: Entry[] = []

/** Performs an action by name, as the palette does. False when nothing on screen answers to it. */
export function performAction(action: KeyAction): boolean {
  const entry = entries.findLast((candidate) => candidate.action === action)
  entry?.run()
  return entry !== undefined
}

/** While this component is shown, the action's key runs `run`. */
export function useShortcut(action: KeyAction, run: () => void, isEnabled = true) {
  const latest = useRef(run)
  latest.current = run
  useEffect(() => {
    if (!isEnabled) return
    const entry: Entry = { action, run: () => latest.current() }
    entries.push(entry)
    return () => {
      entries.splice(entries.indexOf(entry), 1)
    }
  }, [action, isEnabled])
}

const fields = 'input, textarea, select, [contenteditable="true"]'
/** Things that have their own use for Enter, and menus and dialogs, which have their own keys. */
const operable = 'a, button, summary, [role="tab"], [role="radio"], [role="menuitem"]'
const layers = '[role="dialog"], [role="menu"], [role="listbox"][data-radix-select]'

function isFor(target: EventTarget | null, key: string): boolean {
  if (!(target instanceof Element)) return true
  if (key.startsWith('ctrl+') || key.startsWith('alt+')) return true
  if (target.closest(fields) !== null || target.closest(layers) !== null) return false
  return key !== 'enter' || target.closest(operable) === null
}

/** Listens for the whole window; the frame uses it once. */
export function useShortcutKeys() {
  const { keys } = usePreferences()
  useEffect(() => {
    const listen = (event: KeyboardEvent) => {
      if (event.defaultPrevented || event.isComposing) return
      const key = nameOfKey(event)
      if (key === null || !isFor(event.target, key)) return
      const action = actionOf(key, keys)
      if (action !== null && performAction(action)) event.preventDefault()
    }
    window.addEventListener('keydown', listen)
    return () => window.removeEventListener('keydown', listen)
  }, [keys])
}

/** What a person chose for this window: theme and keys. Lies in local storage, since it concerns no other machine and no record. */
import { useSyncExternalStore } from 'react'
import { type KeyAction, type KeyChoices, keyActionNames } from './key-map.ts'

export const themes = ['system', 'light', 'dark'] as const
export type Theme = (typeof themes)[number]

export interface Preferences {
  readonly theme: Theme
  readonly keys: KeyChoices
  /** Whether the first answer has shown where its evidence stands. */
  readonly isTaught: boolean
}

const storageKey = 'holdfast.preferences'
const usual: Preferences = { theme: 'system', keys: {}, isTaught: false }

/** Whatever lies in storage, as far as it makes sense. */
export function readPreferences(stored: string | null): Preferences {
  try {
    const value: unknown = JSON.parse(stored ?? '{}')
    if (typeof value !== 'object' || value === null) return usual
    const theme = 'theme' in value ? themes.find((one) => one === value.theme) : undefined
    const chosen = 'keys' in value && typeof value.keys === 'object' && value.keys !== null ? Object.entries(value.keys) : []
    const isKey = (entry: [string, unknown]): entry is [KeyAction, string] =>
      typeof entry[1] === 'string' && keyActionNames.some((action) => action === entry[0])
    return {
      theme: theme ?? 'system',
      keys: Object.fromEntries(chosen.filter(isKey)),
      isTaught: 'isTaught' in value && value.isTaught === true,
    }
  } catch {
    return usual
  }
}

const watchers = new Set<() => void>()
let now: Preferences | null = null

const current = (): Preferences => {
  now ??= readPreferences(localStorage.getItem(storageKey))
  return now
}

/** Sets the theme on the document; `system` follows the machine. */
export function applyTheme() {
  const { theme } = current()
  if (theme === 'system') delete document.documentElement.dataset.theme
  else document.documentElement.dataset.theme = theme
}

export function setPreferences(change: Partial<Preferences>) {
  now = { ...current(), ...change }
  localStorage.setItem(storageKey, JSON.stringify(now))
  applyTheme()
  for (const watch of watchers) watch()
}

export const usePreferences = (): Preferences =>
  useSyncExternalStore((listen) => {
    watchers.add(listen)
    return () => watchers.delete(listen)
  }, current)

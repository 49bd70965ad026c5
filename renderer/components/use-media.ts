/** Whether the window is wide enough for the right panel to stand beside the screen instead of over it. */
import { useSyncExternalStore } from 'react'

const wide = '(min-width: 1200px)'

const watch = (listen: () => void) => {
  const query = window.matchMedia(wide)
  query.addEventListener('change', listen)
  return () => query.removeEventListener('change', listen)
}

export const useIsWide = (): boolean => useSyncExternalStore(watch, () => window.matchMedia(wide).matches)

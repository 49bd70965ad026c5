/** Labels of what stands on the screen beyond what the station holds as documents: the banner is never below them. */
import { useEffect, useId, useSyncExternalStore } from 'react'
import { joinAll, type Label, sameLabel, unclassified } from '../../main/domain/label.ts'

const shown = new Map<string, Label>()
const watchers = new Set<() => void>()
let joined: Label = unclassified

function tell() {
  const next = joinAll([...shown.values()])
  // The same value for the same labels, or nothing that watches it would come to rest.
  if (sameLabel(next, joined)) return
  joined = next
  for (const watch of watchers) watch()
}

/** While this component is shown, so is something of this label. */
export function useShowsLabel(label: Label) {
  const id = useId()
  useEffect(() => {
    shown.set(id, label)
    tell()
    return () => {
      shown.delete(id)
      tell()
    }
  }, [id, label])
}

/** The join of all that is shown. */
export const useShownLabel = (): Label =>
  useSyncExternalStore(
    (listen) => {
      watchers.add(listen)
      return () => watchers.delete(listen)
    },
    () => joined,
  )

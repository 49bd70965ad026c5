/** The folder that is looked at, and what was found there. Kept while another screen is open, as long as the window is. */
import { useSyncExternalStore } from 'react'
import type { BundleInspection, BundleWork } from '../../../main/contract/bundles.ts'
import type { Failure } from '../../../main/domain/result.ts'
import { useApi } from '../../api.tsx'
import type { Bridge } from '../../bridge.ts'

export interface Medium {
  readonly path: string
  readonly isLooking: boolean
  /** Of this very path. */
  readonly inspection: BundleInspection | null
  readonly failure: Failure | null
  /** Why what no scanner looked at is to be taken in. */
  readonly reason: string
  /** A load of what was found was begun here, and its end was not seen yet: the work that was there before, as text. */
  readonly begunAfter: string | null
  /** The last work that was put away unread; the station itself remembers it. */
  readonly dismissed: string | null
}

let now: Medium = { path: '', isLooking: false, inspection: null, failure: null, reason: '', begunAfter: null, dismissed: null }
const watchers = new Set<() => void>()

function set(part: Partial<Medium>) {
  now = { ...now, ...part }
  for (const watch of watchers) watch()
}

const watch = (listen: () => void) => {
  watchers.add(listen)
  return () => watchers.delete(listen)
}

const acts = {
  setPath: (path: string) => set(path === now.path ? {} : { path, inspection: null, failure: null, isLooking: false, begunAfter: null }),
  setReason: (reason: string) => set({ reason }),
  begun: (before: BundleWork | null) => set({ begunAfter: JSON.stringify(before) }),
  /** What was found there is no longer as it was. */
  forget: () => set({ inspection: null, begunAfter: null, reason: '' }),
  dismiss: (work: string) => set({ dismissed: work }),
}

async function look(api: Bridge): Promise<void> {
  const path = now.path.trim()
  set({ path, isLooking: true, failure: null })
  const looked = await api.call('bundles.inspect', { path })
  // Another folder was named meanwhile: this is not about it.
  if (now.path !== path) return
  set({ isLooking: false, begunAfter: null, inspection: looked.ok ? looked.value : null, failure: looked.ok ? null : looked.error })
}

export function useMedium() {
  const api = useApi()
  const state = useSyncExternalStore(watch, () => now)
  return { ...state, ...acts, look: () => look(api) }
}

/**
 * What people typed about agents and did not save: kept while the window is open, so that going elsewhere loses nothing, and asked about
 * before the window closes. Never written to a disk: it may be classified.
 */
import { useSyncExternalStore } from 'react'

/** What stood there when it was opened; null = nothing did. */
export interface Base {
  readonly text: string
  readonly digest: string | null
}

export interface Draft {
  readonly text: string
  readonly base: Base
}

const drafts = new Map<string, Draft>()
const watchers = new Set<() => void>()
const warn = (event: BeforeUnloadEvent) => event.preventDefault()

function tell() {
  if (drafts.size > 0) window.addEventListener('beforeunload', warn)
  else window.removeEventListener('beforeunload', warn)
  for (const watch of watchers) watch()
}

/** A draft that says what stands there already is none. */
export function keepDraft(key: string, draft: Draft): void {
  if (draft.text === draft.base.text) drafts.delete(key)
  else drafts.set(key, draft)
  tell()
}

export function dropDraft(key: string): void {
  drafts.delete(key)
  tell()
}

/** What was typed while it was being saved is still to be saved, under the file that it is now a draft of. */
export function draftSaved(key: string, file: string, saved: Base): void {
  const { text } = drafts.get(key) ?? saved
  drafts.delete(key)
  keepDraft(file, { text, base: saved })
}

export const useDraft = (key: string): Draft | null =>
  useSyncExternalStore(
    (listen) => {
      watchers.add(listen)
      return () => watchers.delete(listen)
    },
    () => drafts.get(key) ?? null,
  )

/** A long list, read as far as it is looked at: however much it holds, a change has only what is in view read again. */
import { useCallback, useMemo, useRef, useState } from 'react'
import type { CallInput, CallName } from '../../main/contract/calls.ts'
import type { Result } from '../../main/domain/result.ts'
import { stretchesFor, useStretches } from './use-stretches.ts'

const limits = { stretch: 100 } as const

interface Listed<T> {
  readonly items: readonly T[]
  readonly total: number
}

interface Reading<N extends CallName, T> {
  readonly name: N
  /** What narrows it; the same object while it narrows the same way. */
  readonly input: Partial<CallInput<N>>
  readonly load: (page: { readonly offset: number; readonly limit: number }) => Promise<Result<Listed<T>>>
  readonly keyOf: (item: T) => string
}

/** Every place of the list; undefined where nothing was read. What moved on while it was read may come twice: it stands at the first. */
function placed<T>(total: number, at: (index: number) => T | undefined, keyOf: (item: T) => string): readonly (T | undefined)[] {
  const known = new Set<string>()
  return Array.from({ length: total }, (_, index) => {
    const item = at(index)
    const key = item === undefined ? null : keyOf(item)
    if (key === null || known.has(key)) return undefined
    known.add(key)
    return item
  })
}

/** While it is narrowed another way, what was read before stays until there is something to stand in its place. */
export function useListInView<N extends CallName, T>({ name, input, load, keyOf }: Reading<N, T>) {
  const [seen, setSeen] = useState({ first: 0, last: 0 })
  const wanted = useMemo(() => stretchesFor(seen.first, seen.last, limits.stretch), [seen])
  const { at, total, failure, retry } = useStretches<T>(wanted, {
    ...{ name, input, size: limits.stretch },
    load: (offset, limit) => load({ offset, limit }),
  })
  const onSee = useCallback((from: number, to: number) => {
    const [first, last] = [from, to].map((index) => Math.floor(index / limits.stretch) * limits.stretch)
    if (first !== undefined && last !== undefined) setSeen((was) => (was.first === first && was.last === last ? was : { first, last }))
  }, [])
  const before = useRef<readonly (T | undefined)[] | null>(null)
  if (total !== null) before.current = placed(total, at, keyOf)
  const items = failure === null ? before.current : null
  // An empty one says nothing about another choice.
  const isPending = failure === null && (items === null || (total === null && items.length === 0))
  return { items: items ?? [], total: items?.length ?? 0, isPending, failure, retry, onSee }
}

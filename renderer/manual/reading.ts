/** What the elements of a page know of where they stand: the page, the words that were looked for, and how a link is made. */
import { type ComponentType, createContext, type ReactNode, useContext } from 'react'
import type { LinkTarget } from './link-target.ts'
import type { ManualPageName } from './page-names.ts'

export interface Reading {
  readonly page: ManualPageName
  readonly words: readonly string[]
  readonly titleOf: (page: ManualPageName) => string
  readonly Link: ComponentType<{ readonly target: LinkTarget; readonly children: ReactNode }>
}

export const ReadingContext = createContext<Reading | null>(null)

export function useReading(): Reading {
  const reading = useContext(ReadingContext)
  if (reading === null) throw new Error('no page of the manual above this element')
  return reading
}

/** Ends a text where one of the agreed words begins, and shows nothing of that word, however it is cut into pieces. Pure. */

export interface StopText {
  /** What of the text so far may be shown beyond what was; the rest could still become a word that ends it. */
  push(piece: string): string
  /** What was held back, once no more comes. */
  flush(): string
  readonly isStopped: boolean
}

export function createStopText(words: readonly string[]): StopText {
  let held = ''
  let isStopped = false
  /** How many of the last characters begin a word. */
  const open = (): number => {
    for (let from = Math.max(0, held.length - Math.max(0, ...words.map(({ length }) => length)) + 1); from < held.length; from++) {
      const end = held.slice(from)
      if (words.some((word) => word.startsWith(end))) return end.length
    }
    return 0
  }
  const take = (length: number): string => {
    const taken = held.slice(0, length)
    held = held.slice(length)
    return taken
  }
  return {
    get isStopped() {
      return isStopped
    },
    push: (piece) => {
      if (isStopped) return ''
      held += piece
      const found = words.map((word) => held.indexOf(word)).filter((at) => at >= 0)
      if (found.length > 0) {
        isStopped = true
        const shown = held.slice(0, Math.min(...found))
        held = ''
        return shown
      }
      return take(held.length - open())
    },
    flush: () => take(held.length),
  }
}

/** How much of an expected text was read, and how much of what was read was expected: multisets of words. */

function countWords(text: string): Map<string, number> {
  const words = new Map<string, number>()
  for (const [word] of text
    .normalize('NFKC')
    .toLowerCase()
    .matchAll(/[\p{L}\p{N}]+/gu))
    words.set(word, (words.get(word) ?? 0) + 1)
  return words
}

export interface Overlap {
  readonly shared: number
  readonly expected: number
  readonly found: number
}

export function overlapOf(expected: string, found: string): Overlap {
  const want = countWords(expected)
  const have = countWords(found)
  let shared = 0
  for (const [word, count] of want) shared += Math.min(count, have.get(word) ?? 0)
  const sum = (words: Map<string, number>) => [...words.values()].reduce((total, count) => total + count, 0)
  return { shared, expected: sum(want), found: sum(have) }
}

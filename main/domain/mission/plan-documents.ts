/** Documents that a plan may name: what a name in it stands for, and under which names they are shown to whoever plans. Pure. */

export interface KnownDocument {
  readonly documentId: string
  readonly file: string
  /** All of it lies within the label of the mission. */
  readonly isWithin: boolean
}

export type FoundDocument = { readonly kind: 'one'; readonly documentId: string } | { readonly kind: 'unknown' | 'ambiguous' | 'above' }

/** What a plan says for a document: its id, or the whole name of its file. */
export type FindDocument = (given: string) => FoundDocument

/** Where nobody said which documents there are, a plan can name none. */
export const noDocuments: FindDocument = () => ({ kind: 'unknown' })

const plain = (name: string): string => name.trim().normalize('NFC')

export const findAmong =
  (documents: readonly KnownDocument[]): FindDocument =>
  (given) => {
    const [only, ...others] = documents.filter(({ documentId, file }) => documentId === given.trim() || plain(file) === plain(given))
    if (only === undefined) return { kind: 'unknown' }
    if (others.length > 0) return { kind: 'ambiguous' }
    return only.isWithin ? { kind: 'one', documentId: only.documentId } : { kind: 'above' }
  }

/** Names of which each stands for one document that an agent can be given, and fits into a line. */
export function namesShown(documents: readonly KnownDocument[], charsMax: number): readonly string[] {
  const find = findAmong(documents)
  const names: string[] = []
  let chars = 0
  for (const { file } of documents) {
    const isPlain = file === file.trim() && !/\p{Cc}/u.test(file)
    if (!isPlain || find(file).kind !== 'one' || chars + file.length + 1 > charsMax) continue
    chars += file.length + 1
    names.push(file)
  }
  return names
}

/** The names as they were shown, a line each. */
export const namesIn = (shown: string | undefined): readonly string[] =>
  (shown ?? '').split('\n').flatMap((line, at, lines) => (line.trim() === '' || lines.indexOf(line) !== at ? [] : [line]))

const folded = (text: string): string => text.normalize('NFC').toLocaleLowerCase('en')

/** Which of these documents a text names by the whole name of its file, in the order in which it names them. */
export function namedIn(text: string, names: readonly string[]): readonly string[] {
  const whole = folded(text)
  const found: Array<{ readonly name: string; readonly at: number; readonly end: number }> = []
  // A longer name comes first: `old plan.md` is not `plan.md`.
  for (const name of names.toSorted((a, b) => b.length - a.length)) {
    const wanted = folded(name)
    for (let at = whole.indexOf(wanted); at >= 0; at = whole.indexOf(wanted, at + 1)) {
      const end = at + wanted.length
      const isWhole = !/[\p{L}\p{N}_-]/u.test(whole[at - 1] ?? ' ') && !/[\p{L}\p{N}_-]/u.test(whole[end] ?? ' ')
      if (!isWhole || found.some((one) => at < one.end && one.at < end)) continue
      found.push({ name, at, end })
      break
    }
  }
  return found.toSorted((a, b) => a.at - b.at).map(({ name }) => name)
}

const candidatesMax = 12

/** What may be the name of a file in a text of a person: what stands in quotation marks, and words with an ending. */
export function fileNamesIn(text: string): readonly string[] {
  const quoted = [...text.matchAll(/["“”„'‘’]([^"“”„'‘’\n]{1,255})["“”'‘’]/gu)].flatMap(([, name]) => name?.trim() ?? [])
  const words = [...text.matchAll(/[^\s"“”„,;:()]{1,250}\.[\p{L}\p{N}]{1,8}(?![\p{L}\p{N}_-])/gu)].map(([word]) => word)
  return [...new Set([...quoted, ...words])].slice(0, candidatesMax)
}

/**
 * Breaks JSON into lines for reading without changing a character of it: all pieces joined give back the very text. It reads the text
 * itself, so that nothing is parsed and written anew between what was hashed and what is shown.
 */

export interface JsonPiece {
  readonly kind: 'key' | 'text' | 'other'
  readonly text: string
}

export interface JsonLine {
  readonly depth: number
  /** Goes on inside a text that has a line end here. */
  readonly isContinued: boolean
  readonly pieces: readonly JsonPiece[]
}

const token = /"(?:[^"\\]|\\.)*"|[{}[\],:]|[^"{}[\],:]+|"/gsu
/** A text cut behind each of its line ends, which stand in it as `\n`. */
const textLine = /(?:\\[^n]|[^\\])*(?:\\n|\\?$)/gsu

export function jsonLines(json: string): readonly JsonLine[] {
  const tokens = json.match(token) ?? []
  const lines: { depth: number; isContinued: boolean; pieces: JsonPiece[] }[] = []
  let depth = 0
  let open: JsonPiece[] = []
  let isContinued = false
  const end = () => {
    if (open.length > 0) lines.push({ depth, isContinued, pieces: open })
    open = []
    isContinued = false
  }
  for (let i = 0; i < tokens.length; i++) {
    const text = tokens[i] ?? ''
    const next = tokens[i + 1]
    if (text === '{' || text === '[') {
      open.push({ kind: 'other', text })
      if (next === '}' || next === ']') continue
      end()
      depth += 1
    } else if (text === '}' || text === ']') {
      const isEmpty = tokens[i - 1] === '{' || tokens[i - 1] === '['
      if (!isEmpty) {
        end()
        depth = Math.max(0, depth - 1)
      }
      open.push({ kind: 'other', text })
    } else if (text === ',') {
      open.push({ kind: 'other', text })
      end()
    } else if (text.startsWith('"') && next === ':') {
      open.push({ kind: 'key', text: `${text}:` })
      i += 1
    } else if (text.startsWith('"')) {
      const parts = (text.match(textLine) ?? []).filter((part) => part !== '')
      for (const [at, part] of parts.entries()) {
        if (at > 0) {
          end()
          isContinued = true
        }
        open.push({ kind: 'text', text: part })
      }
    } else open.push({ kind: 'other', text })
  }
  end()
  return lines
}

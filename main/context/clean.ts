/** Takes secrets out of parts before anything else is done with them: those that any text shows, and those that are kept on this machine. */
import { withoutSecrets } from '../domain/secret-patterns.ts'
import type { ContextPart } from './render.ts'

/** With how many were taken out. */
export function cleaned(parts: readonly ContextPart[], redact: (text: string) => string) {
  let removed = 0
  const clean = (text: string): string => {
    const left = withoutSecrets(redact(text))
    removed += left.removed
    return left.text
  }
  const left = parts.map((part) => ({
    ...part,
    text: clean(part.text),
    ...(part.title === undefined ? {} : { title: clean(part.title) }),
  }))
  return { parts: left, removed: () => removed }
}

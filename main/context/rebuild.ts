/** Builds anew what a model was shown, from all the parts that it could have been shown and from what is on record of it. */
import type { PartRecord } from '../domain/context-part.ts'
import type { ChatMessage } from '../world.ts'
import { cleaned } from './clean.ts'
import { shortened } from './compact.ts'
import { type ContextPart, renderParts } from './render.ts'

/** The same bytes, where the parts say what they said then; null where one of them is not there any more. */
export function asRecorded(
  parts: readonly ContextPart[],
  record: readonly PartRecord[],
  redact: (text: string) => string = (text) => text,
): readonly ChatMessage[] | null {
  const left = [...cleaned(parts, redact).parts]
  const chosen: ContextPart[] = []
  for (const { kind, source, isShortened } of record) {
    // Several parts may come from one source: they stand in their order.
    const at = left.findIndex((part) => part.kind === kind && part.source === source)
    const [part] = at < 0 ? [] : left.splice(at, 1)
    if (part === undefined) return null
    chosen.push(isShortened === true ? shortened(part) : part)
  }
  return renderParts(chosen).messages
}

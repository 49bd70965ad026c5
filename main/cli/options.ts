/** What several commands take, and how it is read. */
import { InvalidArgumentError, Option } from 'commander'
import type { Label } from '../domain/label.ts'
import { parseLabel } from '../domain/parse-marking.ts'
import { tiers } from '../domain/tier.ts'

export function toLabel(text: string): Label {
  const parsed = parseLabel(text)
  if (!parsed.ok) throw new InvalidArgumentError(`${parsed.error.message} ${parsed.error.hint}`)
  return parsed.value
}

export const collection = () => new Option('--collection <name>', 'look only into this collection')

/** Where the work should be done. */
export const tierOption = () => new Option('--tier <tier>', 'where to do it; what would leave this machine is shown before').choices(tiers)

/** What is asked for has a label of its own. */
export const taskLabelOption = () =>
  new Option('--label <marking>', 'label of what you ask, such as CUI (default: as high as anything that you may see)').argParser(toLabel)

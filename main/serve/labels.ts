/** The label of a call: what it says, or its key's ceiling. Above what the key or the station may have, nothing is evaluated. */
import { Label, marking, permits } from '../domain/label.ts'
import { labelHeader } from '../domain/serve.ts'
import type { KnownKey, ServedModel } from './core.ts'
import type { Limits } from './limits.ts'
import { bad, type Checked, good } from './refusals.ts'

function stated(header: string, limits: Limits): Label | null {
  if (header.length > limits.labelCharsMax) return null
  try {
    const parsed = Label.safeParse(JSON.parse(header))
    return parsed.success ? parsed.data : null
  } catch {
    return null
  }
}

export function labelOf(header: string | undefined, key: Pick<KnownKey, 'ceiling'>, ceiling: Label, limits: Limits): Checked<Label> {
  const label = header === undefined ? key.ceiling : stated(header, limits)
  if (label === null) return bad('invalid_label', `The header ${labelHeader} is not the JSON of a label.`, labelHeader)
  if (!permits(key.ceiling, label))
    return bad('label_above_ceiling', `The request is ${marking(label)}, and its key is for ${marking(key.ceiling)}.`, labelHeader)
  if (!permits(ceiling, label)) return bad('label_above_ceiling', `This station may not hold ${marking(label)}.`, labelHeader)
  return good(label)
}

/** The model that a call names, by id or by a name that only one has, if the key and the label allow it. */
export function chooseModel(
  models: readonly ServedModel[],
  wanted: string,
  role: ServedModel['role'],
  key: Pick<KnownKey, 'models'>,
  label: Label,
): Checked<ServedModel> {
  const allowed = models.filter((model) => key.models?.includes(model.id) !== false)
  const named = allowed.filter(({ name }) => name === wanted)
  const model = allowed.find(({ id }) => id === wanted) ?? (named.length === 1 ? named[0] : undefined)
  if (model === undefined || model.role !== role)
    return bad('model_not_found', 'There is no such model for this key and this call. List the models.', 'model')
  if (!model.levels.includes(label.level)) return bad('model_not_cleared', 'This model is not admitted for data of this level.', 'model')
  return good(model)
}

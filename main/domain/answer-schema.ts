/**
 * A small part of JSON Schema that an answer may be asked to follow. Every keyword that stands here is enforced, and any other is refused
 * when the request is made, so that nobody relies on a rule that nothing checks.
 */
import * as z from 'zod'
import { hasHiddenCharacters } from './hidden-characters.ts'

const limits = { depthMax: 4, propertiesMax: 30, enumMax: 50, textCharsMax: 10_000, nameCharsMax: 64, faultsMax: 5 } as const

const Name = z
  .string()
  .max(limits.nameCharsMax, { abort: true })
  .regex(/^[A-Za-z][A-Za-z0-9_]*$/, 'expected a plain name')
const Text = z
  .string()
  .max(limits.textCharsMax, { abort: true })
  .refine((text) => !hasHiddenCharacters(text), 'has hidden characters')
const length = z.int().min(0).max(limits.textCharsMax, { abort: true })
const noted = { title: Text.optional(), description: Text.optional() }

export type AnswerSchema =
  | { type: 'string'; enum?: string[]; minLength?: number; maxLength?: number }
  | { type: 'integer' | 'number'; enum?: number[]; minimum?: number; maximum?: number }
  | { type: 'boolean' }
  | { type: 'object'; properties: Record<string, AnswerSchema>; required?: string[]; additionalProperties?: false }

const isOrdered = (low: number | undefined, high: number | undefined): boolean => low === undefined || high === undefined || low <= high

function depthOf(schema: AnswerSchema): number {
  return schema.type === 'object' ? 1 + Math.max(0, ...Object.values(schema.properties).map(depthOf)) : 1
}

const Node: z.ZodType<AnswerSchema> = z.lazy(() =>
  z.union([
    z
      .strictObject({
        type: z.literal('string'),
        enum: z.array(Text).min(1).max(limits.enumMax).optional(),
        minLength: length.optional(),
        maxLength: length.optional(),
        ...noted,
      })
      .refine(({ minLength, maxLength }) => isOrdered(minLength, maxLength), 'minLength is over maxLength'),
    z
      .strictObject({
        type: z.enum(['integer', 'number']),
        enum: z.array(z.number()).min(1).max(limits.enumMax).optional(),
        minimum: z.number().optional(),
        maximum: z.number().optional(),
        ...noted,
      })
      .refine(({ minimum, maximum }) => isOrdered(minimum, maximum), 'minimum is over maximum'),
    z.strictObject({ type: z.literal('boolean'), ...noted }),
    z
      .strictObject({
        type: z.literal('object'),
        properties: z
          .record(Name, Node)
          .refine((properties) => Object.keys(properties).length <= limits.propertiesMax, 'has too many properties'),
        required: z.array(Name).max(limits.propertiesMax).optional(),
        additionalProperties: z.literal(false).optional(),
        ...noted,
      })
      .refine(
        ({ properties, required }) => (required ?? []).every((name) => Object.hasOwn(properties, name)),
        'requires an unknown property',
      ),
  ]),
) as z.ZodType<AnswerSchema>

/** Refuses every keyword and nesting that `faultsOf` would not enforce. */
export const AnswerSchema: z.ZodType<AnswerSchema> = Node.refine((schema) => depthOf(schema) <= limits.depthMax, 'is nested too deeply')

const isPlainObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

function stringFaults(schema: AnswerSchema & { type: 'string' }, value: unknown): string[] {
  if (typeof value !== 'string') return ['expected text']
  if (hasHiddenCharacters(value)) return ['has hidden characters']
  if (schema.enum !== undefined && !schema.enum.includes(value)) return [`expected one of ${schema.enum.join(', ')}`]
  if (value.length < (schema.minLength ?? 0)) return [`expected at least ${schema.minLength} characters`]
  const most = schema.maxLength ?? limits.textCharsMax
  return value.length > most ? [`expected at most ${most} characters`] : []
}

function numberFaults(schema: AnswerSchema & { type: 'integer' | 'number' }, value: unknown): string[] {
  if (typeof value !== 'number' || !Number.isFinite(value)) return ['expected a number']
  if (schema.type === 'integer' && !Number.isSafeInteger(value)) return ['expected a whole number']
  if (schema.enum !== undefined && !schema.enum.includes(value)) return [`expected one of ${schema.enum.join(', ')}`]
  if (schema.minimum !== undefined && value < schema.minimum) return [`expected at least ${schema.minimum}`]
  return schema.maximum !== undefined && value > schema.maximum ? [`expected at most ${schema.maximum}`] : []
}

function walk(schema: AnswerSchema, value: unknown, path: string): string[] {
  const here = (faults: readonly string[]) => faults.map((fault) => `${path}: ${fault}`)
  switch (schema.type) {
    case 'string':
      return here(stringFaults(schema, value))
    case 'integer':
    case 'number':
      return here(numberFaults({ ...schema, type: schema.type }, value))
    case 'boolean':
      return here(typeof value === 'boolean' ? [] : ['expected true or false'])
    case 'object': {
      if (!isPlainObject(value)) return here(['expected an object'])
      const unknown = Object.keys(value).filter((name) => !Object.hasOwn(schema.properties, name))
      const missing = (schema.required ?? []).filter((name) => !Object.hasOwn(value, name))
      return [
        ...(unknown.length > 0 ? here(['has an unknown property']) : []),
        ...missing.map((name) => `${path}.${name}: is missing`),
        ...Object.entries(schema.properties).flatMap(([name, part]) =>
          Object.hasOwn(value, name) ? walk(part, value[name], `${path}.${name}`) : [],
        ),
      ]
    }
  }
}

/** What is wrong with a value and where, each in one phrase such as `answer.depth: expected a number`; empty when it follows the schema. */
export const faultsOf = (schema: AnswerSchema, value: unknown): readonly string[] =>
  walk(schema, value, 'answer').slice(0, limits.faultsMax)

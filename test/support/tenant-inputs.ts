/**
 * Inputs for every call, made from its own schema: each field in turn, filled with what one tenant holds or with the like of what nobody
 * holds. A field that could name something and is not known here fails the test that asks for it.
 */
import * as z from 'zod'
import { type CallName, calls } from '../../main/contract/calls.ts'

/** For a field's name, what the tenant holds, and what has the same form and is nowhere. */
export type Named = Readonly<Record<string, { readonly held: unknown; readonly nowhere: unknown }>>

export interface Pair {
  readonly held: Readonly<Record<string, unknown>>
  readonly nowhere: Readonly<Record<string, unknown>>
  /** Fields that name something. */
  readonly names: readonly string[]
}

interface JsonSchema {
  readonly type?: string
  readonly enum?: readonly unknown[]
  readonly const?: unknown
  readonly minimum?: number
  readonly exclusiveMinimum?: number
  readonly anyOf?: readonly JsonSchema[]
  readonly oneOf?: readonly JsonSchema[]
  readonly minItems?: number
  readonly items?: JsonSchema
  readonly properties?: Readonly<Record<string, JsonSchema>>
  readonly required?: readonly string[]
}

/** A value of what cannot name anything: numbers, flags, choices, and objects and lists of them. Undefined where it could. */
function plain(schema: JsonSchema): unknown {
  if (schema.const !== undefined) return schema.const
  if (schema.enum !== undefined) return schema.enum[0]
  if (schema.type === 'boolean') return true
  if (schema.type === 'null') return null
  if (schema.type === 'integer' || schema.type === 'number') return Math.max(schema.minimum ?? 0, 0)
  if (schema.type === 'array') {
    const item = schema.items === undefined ? undefined : plain(schema.items)
    return item !== undefined ? [item] : (schema.minItems ?? 0) === 0 ? [] : undefined
  }
  if (schema.type === 'object') {
    const entries = (schema.required ?? []).map((key) => [key, plain(schema.properties?.[key] ?? {})] as const)
    return entries.some(([, value]) => value === undefined) ? undefined : Object.fromEntries(entries)
  }
  return [...(schema.anyOf ?? []), ...(schema.oneOf ?? [])].map(plain).find((value) => value !== undefined)
}

/** The smallest input of a call, then each of its optional fields on top of that. Throws at a field that nobody can fill. */
export function inputsOf(name: CallName, named: Named): readonly Pair[] {
  const input: z.ZodType = calls[name].input
  if (!(input instanceof z.ZodObject)) throw new Error(`${name}: its input is no object; say in inputsOf how to fill it`)
  const fields = Object.entries(input.shape as Readonly<Record<string, z.ZodType>>)
  const fill = (field: string, schema: z.ZodType): { readonly held: unknown; readonly nowhere: unknown } => {
    const known = named[field]
    if (known !== undefined) return known
    const value = plain(z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }) as JsonSchema)
    if (value === undefined) throw new Error(`${name}: say what a tenant has for its field “${field}”, in what the test gives to inputsOf`)
    return { held: value, nowhere: value }
  }
  const pairOf = (chosen: typeof fields): Pair => {
    const filled = chosen.map(([field, schema]) => [field, fill(field, schema)] as const)
    return {
      held: Object.fromEntries(filled.map(([field, { held }]) => [field, held])),
      nowhere: Object.fromEntries(filled.map(([field, { nowhere }]) => [field, nowhere])),
      names: chosen.map(([field]) => field).filter((field) => field in named),
    }
  }
  const isOptional = ([, schema]: (typeof fields)[number]) => schema.safeParse(undefined).success
  const required = fields.filter((field) => !isOptional(field))
  return [pairOf(required), ...fields.filter(isOptional).map((field) => pairOf([...required, field]))]
}

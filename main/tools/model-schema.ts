/**
 * A tool's input as a JSON schema that the grammar of models can enforce. It is the part of the tool's schema that the grammar knows:
 * narrower, never wider, so that what a model writes under it still has to pass the tool's own.
 */
import * as z from 'zod'
import { readIdPattern } from '../domain/ids.ts'
import type { PlannableAgent } from '../domain/mission/check-plan.ts'
import type { AnyTool } from './tool.ts'

/** What the grammar can count up to. */
export const modelSchemaLimits = { stringCharsMax: 1_900, integerMax: 100_000, itemsMax: 16, sharesSteps: 20 } as const

type Schema = { readonly [key: string]: unknown }
const isSchema = (value: unknown): value is Schema => typeof value === 'object' && value !== null && !Array.isArray(value)

const atMost = (value: unknown, most: number): number => Math.min(typeof value === 'number' ? value : most, most)
const optional = (key: string, value: unknown): Schema => (value === undefined ? {} : { [key]: value })

/** Null when nothing of the schema can be enforced. */
function narrow(schema: unknown): Schema | null {
  if (!isSchema(schema)) return null
  const { description } = schema
  const body = narrowBody(schema)
  return body === null ? null : { ...body, ...optional('description', description) }
}

function narrowBody(schema: Schema): Schema | null {
  if ('const' in schema) return { const: schema.const }
  if (Array.isArray(schema.enum)) return { enum: schema.enum }
  const alternatives = schema.anyOf ?? schema.oneOf
  if (Array.isArray(alternatives)) {
    const known = alternatives.map(narrow).filter((option) => option !== null)
    return known.length === 0 ? null : known.length === 1 ? (known[0] ?? null) : { anyOf: known }
  }
  switch (schema.type) {
    case 'object':
      return narrowObject(schema)
    case 'array': {
      const items = narrow(schema.items)
      if (items === null) return null
      return {
        type: 'array',
        items,
        minItems: atMost(schema.minItems ?? 0, modelSchemaLimits.itemsMax),
        maxItems: atMost(schema.maxItems, modelSchemaLimits.itemsMax),
      }
    }
    case 'string':
      // Ids have a form that the grammar knows; other patterns it does not.
      if (readIdPattern(schema.pattern) !== null) return { type: 'string', pattern: schema.pattern }
      return {
        type: 'string',
        ...optional('minLength', schema.minLength),
        maxLength: atMost(schema.maxLength, modelSchemaLimits.stringCharsMax),
      }
    case 'integer':
      return {
        type: 'integer',
        minimum: Math.max(0, Number(schema.minimum ?? 0)),
        maximum: atMost(schema.maximum, modelSchemaLimits.integerMax),
      }
    case 'number':
      // The grammar knows no fractions; a share is chosen in steps.
      return schema.minimum === 0 && schema.maximum === 1
        ? { enum: Array.from({ length: modelSchemaLimits.sharesSteps + 1 }, (_, step) => step / modelSchemaLimits.sharesSteps) }
        : null
    case 'boolean':
    case 'null':
      return { type: schema.type }
    default:
      return null
  }
}

/** Every key must be written: to leave one out is no saving, and the grammar has one form for an object. */
function narrowObject(schema: Schema): Schema | null {
  if (!isSchema(schema.properties) || schema.additionalProperties !== false) return null
  const properties = Object.entries(schema.properties).map(([key, value]) => [key, narrow(value)] as const)
  if (properties.length === 0 || properties.some(([, value]) => value === null)) return null
  return {
    type: 'object',
    properties: Object.fromEntries(properties),
    required: properties.map(([key]) => key),
    additionalProperties: false,
  }
}

/**
 * `agents`: those that may be given a task. Throws when a tool's input cannot be narrowed: that is a fault of the tool's file, and a test
 * finds it.
 */
export function toJsonSchema(tool: AnyTool, agents: readonly PlannableAgent[] = []): Schema {
  const { forModels = tool.input } = tool
  const narrowed = narrow(z.toJSONSchema(typeof forModels === 'function' ? forModels(agents) : forModels))
  if (narrowed === null) throw new Error(`The input of ${tool.name} has no form that a grammar can hold.`)
  return narrowed
}

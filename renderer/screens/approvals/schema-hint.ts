/** What an answer has to look like, in words, and a beginning to fill in. Pure. */
import type { AnswerSchema } from '../../../main/domain/answer-schema.ts'

const between = (low: number | undefined, high: number | undefined): string =>
  low !== undefined && high !== undefined ? `${low} to ${high}` : low !== undefined ? `at least ${low}` : `at most ${high}`

/** Such as `text, 3 to 40 characters` or `one of: low, high`. */
export function describeSchema(schema: AnswerSchema): string {
  switch (schema.type) {
    case 'string': {
      if (schema.enum !== undefined) return `one of: ${schema.enum.join(', ')}`
      const { minLength, maxLength } = schema
      return minLength === undefined && maxLength === undefined ? 'text' : `text, ${between(minLength, maxLength)} characters`
    }
    case 'integer':
    case 'number': {
      const what = schema.type === 'integer' ? 'a whole number' : 'a number'
      if (schema.enum !== undefined) return `one of: ${schema.enum.join(', ')}`
      const { minimum, maximum } = schema
      return minimum === undefined && maximum === undefined ? what : `${what}, ${between(minimum, maximum)}`
    }
    case 'boolean':
      return 'true or false'
    case 'object':
      return 'several fields'
  }
}

export interface SchemaField {
  readonly name: string
  readonly form: string
  readonly isRequired: boolean
}

/** The fields of an object, those of objects within it under their path. */
export function schemaFields(schema: AnswerSchema, path = ''): readonly SchemaField[] {
  if (schema.type !== 'object') return []
  return Object.entries(schema.properties).flatMap(([name, part]): readonly SchemaField[] => [
    { name: `${path}${name}`, form: describeSchema(part), isRequired: schema.required?.includes(name) ?? false },
    ...schemaFields(part, `${path}${name}.`),
  ])
}

function blank(schema: AnswerSchema): unknown {
  switch (schema.type) {
    case 'string':
      return schema.enum?.[0] ?? ''
    case 'integer':
    case 'number':
      return schema.enum?.[0] ?? schema.minimum ?? 0
    case 'boolean':
      return false
    case 'object':
      return Object.fromEntries(Object.entries(schema.properties).map(([name, part]) => [name, blank(part)]))
  }
}

/** What stands in the field at first: the fields of an object, ready to fill; nothing for anything else. */
export const schemaStart = (schema: AnswerSchema): string => (schema.type === 'object' ? JSON.stringify(blank(schema), null, 2) : '')

/** What was typed, as the value it stands for; undefined when it is no JSON where JSON is asked for. */
export function readAnswer(schema: AnswerSchema | null, typed: string): unknown {
  if (schema === null || schema.type === 'string') return typed.trim()
  try {
    return JSON.parse(typed)
  } catch {
    return undefined
  }
}

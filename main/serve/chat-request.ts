/** What a call for chat asks for. What would change the answer and cannot be honoured is refused by name; only what changes nothing is passed over. */
import * as z from 'zod'
import { narrowSchema } from './caller-schema.ts'
import { type Limits, limits as usual } from './limits.ts'
import { bad, type Checked, good } from './refusals.ts'

const model = z.string().min(1).max(usual.modelCharsMax)
const FunctionName = z.string().regex(/^[\w-]{1,64}$/)

/** Only text: pictures, sound and files have no place in the models here. */
const Part = z.union([
  z.strictObject({ type: z.literal('text'), text: z.string() }),
  z.strictObject({ type: z.literal('refusal'), refusal: z.string() }),
])
const Content = z.union([z.string(), z.array(Part).min(1).max(usual.partsMax)])
const name = z.string().max(200).optional()
const CallId = z.string().min(1).max(200)
const ToolCall = z.strictObject({
  id: CallId,
  type: z.literal('function'),
  function: z.strictObject({ name: FunctionName, arguments: z.string() }),
})
const nothing = z.null().optional()

export const Message = z.discriminatedUnion('role', [
  z.strictObject({ role: z.enum(['system', 'developer', 'user']), content: Content, name }),
  z.strictObject({
    role: z.literal('assistant'),
    content: Content.nullish(),
    name,
    tool_calls: z.array(ToolCall).min(1).max(usual.toolCallsMax).optional(),
    // As our own answers have them, which clients send back as they came.
    ...{ refusal: nothing, audio: nothing, function_call: nothing, annotations: z.array(z.never()).nullish() },
  }),
  z.strictObject({ role: z.literal('tool'), content: Content, tool_call_id: CallId }),
])
export type Message = z.infer<typeof Message>

const Tool = z.strictObject({
  type: z.literal('function'),
  function: z.strictObject({
    name: FunctionName,
    description: z.string().max(usual.descriptionCharsMax).nullish(),
    parameters: z.unknown().optional(),
    strict: z.boolean().nullish(),
  }),
})
const ToolChoice = z.union([
  z.enum(['none', 'auto', 'required']),
  z.strictObject({ type: z.literal('function'), function: z.strictObject({ name: FunctionName }) }),
])
const ResponseFormat = z.discriminatedUnion('type', [
  z.strictObject({ type: z.enum(['text', 'json_object']) }),
  z.strictObject({
    type: z.literal('json_schema'),
    json_schema: z.strictObject({
      name: FunctionName,
      description: z.string().max(usual.descriptionCharsMax).nullish(),
      schema: z.unknown(),
      strict: z.boolean().nullish(),
    }),
  }),
])
const stopWord = z.string().min(1).max(usual.stopCharsMax)
const tokens = z.int().min(1).max(10_000_000).nullish()

const Fields = z.object({
  model,
  messages: z.array(Message).min(1).max(usual.messagesMax),
  stream: z.boolean().nullish(),
  stream_options: z.strictObject({ include_usage: z.boolean().optional(), include_obfuscation: z.literal(false).optional() }).nullish(),
  max_tokens: tokens,
  max_completion_tokens: tokens,
  temperature: z.number().min(0).max(2).nullish(),
  top_p: z.number().gt(0).max(1).nullish(),
  seed: z.int().nullish(),
  stop: z.union([stopWord, z.array(stopWord).max(usual.stopMax)]).nullish(),
  tools: z.array(Tool).max(usual.toolsMax).nullish(),
  tool_choice: ToolChoice.nullish(),
  response_format: ResponseFormat.nullish(),
})

/** Changes nothing here, whatever it says. */
const harmless: ReadonlySet<string> = new Set([
  ...[
    'user',
    'safety_identifier',
    'prompt_cache_key',
    'prompt_cache_retention',
    'metadata',
    'service_tier',
    'parallel_tool_calls',
    'prediction',
  ],
])
/** Taken as long as it says what holds anyway. */
const neutral: Readonly<Record<string, readonly unknown[]>> = {
  n: [1],
  presence_penalty: [0],
  frequency_penalty: [0],
  logit_bias: [{}],
  logprobs: [false],
  top_logprobs: [0],
  store: [false],
  modalities: [['text']],
}

export interface OfferedTool {
  readonly name: string
  readonly description: string
  /** Of its arguments, narrowed. */
  readonly parameters: unknown
}

export interface ChatOrder {
  readonly model: string
  readonly messages: readonly Message[]
  readonly isStream: boolean
  readonly includesUsage: boolean
  readonly tokensMax: number | null
  readonly temperature: number
  readonly topP: number | null
  /** Null = any. */
  readonly seed: number | null
  readonly stop: readonly string[]
  /** None where the answer must be text. */
  readonly tools: readonly OfferedTool[]
  /** The answer must be a call of one of the tools. */
  readonly isToolRequired: boolean
  /** What a text must keep to; null = nothing. */
  readonly schema: unknown
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** Refuses by name what is not known, or is known and not kept to. */
export function checkNames(body: Readonly<Record<string, unknown>>, known: readonly string[]): Checked<null> {
  for (const [key, value] of Object.entries(body)) {
    if (known.includes(key) || harmless.has(key) || value === null) continue
    const param = /^\w{1,64}$/.test(key) ? key : null
    const allowed = Object.hasOwn(neutral, key) ? neutral[key] : undefined
    if (allowed === undefined) return bad('unsupported_parameter', 'The request has a parameter that is not supported here.', param)
    if (!allowed.some((one) => JSON.stringify(one) === JSON.stringify(value)))
      return bad('unsupported_value', `Only the usual value of ${key} is supported here.`, param)
  }
  return good(null)
}

/** The field that is at fault, as a path; no value of the request is in it. */
export function faultOf(error: z.ZodError): Checked<never> {
  const path = error.issues[0]?.path ?? []
  const param = path.every((step) => typeof step === 'number' || (typeof step === 'string' && /^\w{1,64}$/.test(step)))
    ? path.join('.')
    : null
  const isContent = path.includes('content')
  return isContent
    ? bad('unsupported_content', 'Contents are text, or a list of parts that are text.', param)
    : bad('invalid_value', `The value of ${param ?? 'a parameter'} is not one that can be used here.`, param)
}

function narrowTools(tools: NonNullable<z.infer<typeof Fields>['tools']>, limits: Limits): Checked<readonly OfferedTool[]> {
  const offered: OfferedTool[] = []
  for (const [index, { function: tool }] of tools.entries()) {
    const param = `tools.${index}.function.parameters`
    if (offered.some(({ name: other }) => other === tool.name)) return bad('invalid_value', 'Two tools have one name.', `tools.${index}`)
    const parameters = narrowSchema(tool.parameters ?? { type: 'object', properties: {} }, param, limits)
    if (!parameters.ok) return parameters
    offered.push({ name: tool.name, description: tool.description ?? '', parameters: parameters.value })
  }
  return good(offered)
}

export function readChat(body: unknown, limits: Limits): Checked<ChatOrder> {
  if (!isObject(body)) return bad('invalid_value', 'The body must be an object.')
  const names = checkNames(body, Object.keys(Fields.shape))
  if (!names.ok) return names
  const parsed = Fields.safeParse(body)
  if (!parsed.success) return faultOf(parsed.error)
  const { data } = parsed

  const most = [data.max_completion_tokens, data.max_tokens].filter((value) => typeof value === 'number')
  if (new Set(most).size > 1) return bad('invalid_value', 'max_tokens and max_completion_tokens differ.', 'max_tokens')
  const choice = data.tool_choice ?? 'auto'
  if (typeof choice === 'object' || choice === 'required') {
    if ((data.tools ?? []).length === 0) return bad('invalid_value', 'A tool is required, and none is given.', 'tool_choice')
  }
  const all = narrowTools(data.tools ?? [], limits)
  if (!all.ok) return all
  const tools =
    choice === 'none' ? [] : typeof choice === 'object' ? all.value.filter(({ name: one }) => one === choice.function.name) : all.value
  if (typeof choice === 'object' && tools.length === 0) return bad('invalid_value', 'The tool that is chosen is not given.', 'tool_choice')

  const format = data.response_format ?? { type: 'text' as const }
  const stop = typeof data.stop === 'string' ? [data.stop] : (data.stop ?? [])
  const isShaped = format.type !== 'text'
  if (isShaped && tools.length > 0)
    return bad('unsupported_value', 'A response format cannot be kept where tools may be used.', 'response_format')
  if (stop.length > 0 && (isShaped || tools.length > 0))
    return bad('unsupported_value', 'Stop words would cut an answer that has to be whole.', 'stop')
  const schema =
    format.type === 'json_schema' ? narrowSchema(format.json_schema.schema, 'response_format.json_schema.schema', limits) : good(null)
  if (!schema.ok) return schema

  return good({
    model: data.model,
    messages: data.messages,
    isStream: data.stream ?? false,
    includesUsage: data.stream_options?.include_usage ?? false,
    tokensMax: most[0] ?? null,
    temperature: data.temperature ?? 1,
    topP: data.top_p ?? null,
    seed: data.seed ?? null,
    stop,
    tools,
    isToolRequired: choice === 'required' || typeof choice === 'object',
    schema: format.type === 'json_object' ? { type: 'json-object' } : schema.value,
  })
}

/** Reads the answer of an endpoint piece by piece, as server-sent events of the OpenAI protocol. Everything in it is another's: each piece is bounded and checked before it is read. */
import * as z from 'zod'
import { join, Label } from '../domain/label.ts'
import { EndpointFault } from './endpoint-failures.ts'

export const answerLimits = { bytesMax: 4 * 1024 * 1024, lineCharsMax: 256 * 1024, depthMax: 32, eventLinesMax: 64 } as const

const text = z.string().nullish()
const Usage = z.object({ prompt_tokens: z.int().min(0), completion_tokens: z.int().min(0) })
const Chunk = z.object({
  choices: z
    .array(
      z.object({
        index: z.int().min(0).default(0),
        delta: z.object({ content: text, tool_calls: z.array(z.unknown()).nullish(), function_call: z.unknown().optional() }).optional(),
        finish_reason: text,
      }),
    )
    .optional(),
  usage: Usage.nullish(),
  holdfast_label: z.unknown().optional(),
  error: z.unknown().optional(),
})

/** The nesting of JSON, without reading it. */
export function isDeeper(json: string, max: number): boolean {
  let depth = 0
  let isInString = false
  for (let i = 0; i < json.length; i++) {
    const char = json[i]
    if (isInString) {
      if (char === '\\') i += 1
      else if (char === '"') isInString = false
    } else if (char === '"') isInString = true
    else if (char === '{' || char === '[') {
      depth += 1
      if (depth > max) return true
    } else if (char === '}' || char === ']') depth -= 1
  }
  return false
}

function parse(json: string): unknown {
  if (isDeeper(json, answerLimits.depthMax)) throw new EndpointFault('endpoint.bad_answer')
  try {
    return JSON.parse(json)
  } catch {
    throw new EndpointFault('endpoint.bad_answer')
  }
}

/** A label as an endpoint writes it; anything else than exactly a label is refused. */
export function readLabel(value: unknown): Label {
  const parsed = Label.safeParse(value)
  if (!parsed.success) throw new EndpointFault('endpoint.bad_label')
  return parsed.data
}

export function readLabelHeader(value: string | readonly string[] | undefined): Label | null {
  if (value === undefined) return null
  if (typeof value !== 'string') throw new EndpointFault('endpoint.bad_label')
  try {
    return readLabel(JSON.parse(value))
  } catch {
    throw new EndpointFault('endpoint.bad_label')
  }
}

export interface AnswerStream {
  /** Takes the next bytes; gives back the text that came with them. Throws `EndpointFault`. */
  write(bytes: Uint8Array): string
  /** After the last bytes: throws unless the answer came to its end. */
  end(): void
  isDone(): boolean
  label(): Label | null
  stop(): 'end' | 'length'
  usage(): { readonly promptTokens: number; readonly completionTokens: number } | null
}

/** `first` is the label that came before the text; `onLabel` is told of each, and may throw. */
export function createAnswerStream(onLabel: (label: Label) => void): AnswerStream {
  const decoder = new TextDecoder('utf-8', { fatal: true })
  let received = 0
  let line = ''
  let data: string[] = []
  let stop: 'end' | 'length' | null = null
  let isDone = false
  let label: Label | null = null
  let usage: z.infer<typeof Usage> | null = null

  function readChunk(json: string): string {
    const parsed = Chunk.safeParse(parse(json))
    if (!parsed.success) throw new EndpointFault('endpoint.bad_answer')
    const { choices = [], error, holdfast_label: said } = parsed.data
    if (error !== undefined && error !== null) throw new EndpointFault('endpoint.failed')
    if (said !== undefined && said !== null) {
      const told = readLabel(said)
      label = label === null ? told : join(label, told)
      onLabel(label)
    }
    usage = parsed.data.usage ?? usage
    let piece = ''
    for (const { index, delta, finish_reason: reason } of choices) {
      // One answer was asked for, and nothing may come after its end.
      if (index !== 0 || (stop !== null && (delta?.content ?? '') !== '')) throw new EndpointFault('endpoint.bad_answer')
      if ((delta?.tool_calls ?? []).length > 0 || (delta?.function_call ?? null) !== null) throw new EndpointFault('endpoint.tool_call')
      piece += delta?.content ?? ''
      if (reason === null || reason === undefined) continue
      if (reason === 'tool_calls' || reason === 'function_call') throw new EndpointFault('endpoint.tool_call')
      if (reason === 'content_filter') throw new EndpointFault('endpoint.withheld')
      if (reason !== 'stop' && reason !== 'length') throw new EndpointFault('endpoint.bad_answer')
      stop = reason === 'stop' ? 'end' : 'length'
    }
    return piece
  }

  function readLine(whole: string): string {
    const trimmed = whole.endsWith('\r') ? whole.slice(0, -1) : whole
    if (trimmed.startsWith('data:')) {
      data.push(trimmed.slice(trimmed[5] === ' ' ? 6 : 5))
      if (data.length > answerLimits.eventLinesMax) throw new EndpointFault('endpoint.bad_answer')
      return ''
    }
    if (trimmed !== '') {
      // Comments and other fields of the protocol; a page of HTML has none of them.
      if (!/^(:|event:|id:|retry:)/.test(trimmed)) throw new EndpointFault('endpoint.bad_answer')
      return ''
    }
    const event = data.join('\n')
    data = []
    if (event === '') return ''
    if (isDone) throw new EndpointFault('endpoint.bad_answer')
    if (event === '[DONE]') {
      isDone = true
      return ''
    }
    return readChunk(event)
  }

  return {
    write: (bytes) => {
      received += bytes.length
      if (received > answerLimits.bytesMax) throw new EndpointFault('endpoint.too_large')
      try {
        line += decoder.decode(bytes, { stream: true })
      } catch {
        throw new EndpointFault('endpoint.bad_text')
      }
      const lines = line.split('\n')
      line = lines.pop() ?? ''
      if (line.length > answerLimits.lineCharsMax || lines.some((one) => one.length > answerLimits.lineCharsMax))
        throw new EndpointFault('endpoint.too_large')
      return lines.map(readLine).join('')
    },
    end: () => {
      if (!isDone || stop === null) throw new EndpointFault('endpoint.cut_short')
    },
    isDone: () => isDone,
    label: () => label,
    stop: () => stop ?? 'length',
    usage: () => (usage === null ? null : { promptTokens: usage.prompt_tokens, completionTokens: usage.completion_tokens }),
  }
}

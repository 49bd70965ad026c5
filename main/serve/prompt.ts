/**
 * The conversation of a call as the models here read it, and their answer as the protocol has it. Tools are described in words, and an
 * answer under the grammar is either text or one call; no text of a caller ever becomes a control token.
 */
import type { ChatMessage } from '../world.ts'
import type { ChatOrder, Message, OfferedTool } from './chat-request.ts'
import { bad, type Checked, good } from './refusals.ts'

type Content = Message['content']
const textOf = (content: Content): string => {
  if (content === null || content === undefined) return ''
  if (typeof content === 'string') return content
  return content.map((part) => (part.type === 'text' ? part.text : part.refusal)).join('\n')
}

/** A call as the grammar has it, so that a model sees its own earlier ones in the form that it writes. */
function callText({ name, arguments: text }: { readonly name: string; readonly arguments: string }): string {
  let given: unknown = text
  try {
    given = JSON.parse(text)
  } catch {
    // A caller may send what no model wrote.
  }
  return JSON.stringify({ name, arguments: given })
}

function instructions(tools: readonly OfferedTool[], isRequired: boolean): string {
  const list = tools.map(({ name, description, parameters }) =>
    [`- ${name}: ${description}`.trimEnd(), `  Its arguments, as a JSON schema: ${JSON.stringify(parameters)}`].join('\n'),
  )
  const form = '{"name":"…","arguments":{…}}'
  const how = isRequired
    ? `Answer with a call of one tool, and nothing but this: ${form}`
    : `To use a tool, answer with nothing but ${form}. When no tool is needed, answer with text.`
  return ['You can use these tools:', ...list, how].join('\n')
}

/** System messages are read first, wherever they stood; neighbours of one role become one, as many templates demand. */
export function promptOf({ messages, tools, isToolRequired }: ChatOrder): Checked<readonly ChatMessage[]> {
  const system: string[] = []
  const turns: Array<{ role: 'user' | 'assistant'; text: string }> = []
  const names = new Map<string, string>()
  const say = (role: 'user' | 'assistant', text: string) => {
    const last = turns.at(-1)
    if (last?.role === role) last.text = `${last.text}\n\n${text}`
    else turns.push({ role, text })
  }
  for (const [index, message] of messages.entries()) {
    const text = textOf(message.content)
    switch (message.role) {
      case 'system':
      case 'developer':
        system.push(text)
        break
      case 'user':
        say('user', text)
        break
      case 'assistant': {
        const calls = message.tool_calls ?? []
        for (const { id, function: called } of calls) names.set(id, called.name)
        say('assistant', [...(text === '' ? [] : [text]), ...calls.map(({ function: called }) => callText(called))].join('\n'))
        break
      }
      case 'tool': {
        const name = names.get(message.tool_call_id)
        if (name === undefined)
          return bad('invalid_value', 'A result of a tool answers no call before it.', `messages.${index}.tool_call_id`)
        say('user', `Result of ${name}:\n${text}`)
        break
      }
    }
  }
  if (turns.at(-1)?.role !== 'user')
    return bad('unsupported_value', 'The last message must be a user’s or the result of a tool.', 'messages')
  if (tools.length > 0) system.push(instructions(tools, isToolRequired))
  return good([...(system.length === 0 ? [] : [{ role: 'system' as const, text: system.join('\n\n') }]), ...turns])
}

/** What the answer is forced to: a call, a call or text, the caller's own schema, or nothing. */
export function schemaOf({ tools, isToolRequired, schema }: ChatOrder): unknown {
  if (tools.length === 0) return schema
  const calls = tools.map(({ name, parameters }) => ({
    type: 'object',
    properties: { name: { const: name }, arguments: parameters },
    required: ['name', 'arguments'],
    additionalProperties: false,
  }))
  return { anyOf: isToolRequired ? calls : [{ type: 'text' }, ...calls] }
}

export interface ToolCall {
  readonly name: string
  /** JSON. */
  readonly arguments: string
}

/** Whether text so far is a call of a tool; undefined while nothing can be told. */
export function isCall(text: string): boolean | undefined {
  const first = text.trimStart()[0]
  return first === undefined ? undefined : first === '{'
}

/** The call that an answer is, or null where it was cut before its end. */
export function callOf(text: string): ToolCall | null {
  try {
    // The grammar let nothing else through.
    const { name, arguments: given } = JSON.parse(text) as { readonly name: string; readonly arguments: unknown }
    return { name, arguments: JSON.stringify(given) }
  } catch {
    return null
  }
}

/**
 * Inside the inference process: renders prompts with the model's own template and writes answers. Text of documents and people never
 * becomes a control token, and a prefix that the context already holds is not evaluated again.
 */
import {
  type ChatHistoryItem,
  type ChatWrapper,
  GeneralChatWrapper,
  JinjaTemplateChatWrapper,
  type LlamaContextSequence,
  type LlamaGrammar,
  LlamaGrammarEvaluationState,
  type LlamaModel,
  type Token,
} from 'node-llama-cpp'
import { Refusal } from '../child-main.ts'
import type { ChatMessage } from '../world.ts'
import { batchTokens } from './llama-load.ts'
import type { GenerateReply, GenerateRequest, LlamaEvent } from './llama-protocol.ts'
import { createStopText } from './stop-text.ts'

const limits = {
  promptsKept: 8,
  grammarsKept: 16,
  /** Pieces of text travel together for this long, so that a fast model does not flood the core. */
  textEveryMs: 25,
  /** A part of the prompt takes about this long, so that a stop takes effect in time. */
  partMs: 300,
  /** Below 64 tokens a batch costs two to three times more per token. */
  partTokensMin: 64,
  /** A character of several byte tokens has at most four; a few more are waited for before it is shown as it is. */
  openTokensMax: 8,
  contextForTextTokens: 8,
} as const

/**
 * The model's own template, or a plain layout when it has none or one that cannot be rendered. A template that never ends is ended
 * from outside.
 */
export function wrapperOf(model: LlamaModel): ChatWrapper {
  const template = model.fileInfo.metadata.tokenizer?.chat_template
  if (typeof template !== 'string' || template.trim() === '') return new GeneralChatWrapper()
  try {
    return new JinjaTemplateChatWrapper({ template, functionCallMessageTemplate: 'noJinja', reasoning: false })
  } catch {
    return new GeneralChatWrapper()
  }
}

const historyItem = (message: ChatMessage): ChatHistoryItem => {
  switch (message.role) {
    case 'system':
      return { type: 'system', text: message.text }
    case 'user':
      return { type: 'user', text: message.text }
    case 'assistant':
      return { type: 'model', response: [message.text] }
  }
}

export interface Chat {
  render(
    messages: readonly ChatMessage[],
    pieces: readonly string[],
  ): { readonly prompt: number; readonly tokens: number; readonly pieces: number[] }
  generate(request: GenerateRequest, emit: (event: LlamaEvent) => void, signal: AbortSignal): Promise<GenerateReply>
}

/** Erases what follows the common prefix, and leaves at least one token of the prompt to evaluate. Returns how many are kept. */
async function keepPrefix(sequence: LlamaContextSequence, tokens: readonly Token[]): Promise<number> {
  const { firstDifferentIndex } = sequence.compareContextTokens([...tokens])
  const keep = Math.min(firstDifferentIndex, tokens.length - 1)
  if (keep < sequence.nextTokenIndex) await sequence.eraseContextTokenRanges([{ start: keep, end: sequence.nextTokenIndex }])
  // Models with a sliding window may have to forget more than was asked.
  return sequence.nextTokenIndex
}

/** Evaluates all of the prompt but its last token, in parts that report progress and can be stopped between. Returns false when stopped. */
async function evaluatePrompt(
  sequence: LlamaContextSequence,
  tokens: readonly Token[],
  emit: (event: LlamaEvent) => void,
  signal: AbortSignal,
): Promise<boolean> {
  let part: number = limits.partTokensMin
  for (let at = sequence.nextTokenIndex; at < tokens.length - 1; ) {
    if (signal.aborted) return false
    const end = Math.min(at + part, tokens.length - 1)
    const started = performance.now()
    await sequence.evaluateWithoutGeneratingNewTokens(tokens.slice(at, end))
    const elapsed = Math.max(1, performance.now() - started)
    part = Math.max(limits.partTokensMin, Math.min(batchTokens, Math.floor(((end - at) * limits.partMs) / elapsed)))
    at = end
    emit({ done: at, total: tokens.length })
  }
  return !signal.aborted
}

/** Turns tokens into text as they come; the bytes of one character may be spread over several tokens. */
function textOf(model: LlamaModel, before: readonly Token[]): (token: Token | null) => string {
  let shown: Token[] = before.slice(-limits.contextForTextTokens)
  let open: Token[] = []
  return (token) => {
    if (token !== null) open.push(token)
    if (open.length === 0) return ''
    const text = model.detokenize(open, false, shown)
    if (token !== null && text.endsWith('\ufffd') && open.length < limits.openTokensMax) return ''
    shown = [...shown, ...open].slice(-limits.contextForTextTokens)
    open = []
    return text
  }
}

export function createChat(model: LlamaModel, sequence: LlamaContextSequence): Chat {
  let wrapper: ChatWrapper | null = null
  let nextPrompt = 1
  /** Whose prompt the sequence holds. */
  let owner: string | null = null
  const prompts = new Map<number, readonly Token[]>()
  const grammars = new Map<string, LlamaGrammar>()

  const grammarFor = async (text: string): Promise<LlamaGrammar> => {
    const known = grammars.get(text)
    if (known !== undefined) return known
    if (grammars.size >= limits.grammarsKept) grammars.clear()
    const grammar = await model.llama.createGrammar({ grammar: text }).catch(() => {
      // The fault of what was asked, and not of the process.
      throw new Refusal('model.schema', 'The answer’s schema makes no grammar that the model can follow.', 'Use a simpler schema.')
    })
    grammars.set(text, grammar)
    return grammar
  }

  return {
    render: (messages, pieces) => {
      wrapper ??= wrapperOf(model)
      const chatHistory: ChatHistoryItem[] = [...messages.map(historyItem), { type: 'model', response: [] }]
      const { contextText } = wrapper.generateContextState({ chatHistory })
      const tokens = contextText.tokenize(model.tokenizer, 'trimLeadingSpace')
      const { bos, shouldPrependBosToken } = model.tokens
      if (shouldPrependBosToken && bos !== null && tokens[0] !== bos) tokens.unshift(bos)
      const prompt = nextPrompt++
      prompts.set(prompt, tokens)
      for (const old of prompts.keys()) if (old <= prompt - limits.promptsKept) prompts.delete(old)
      // Text of documents: what looks like a control token is none.
      return { prompt, tokens: tokens.length, pieces: pieces.map((piece) => model.tokenize(piece, false).length) }
    },

    generate: async (request, emit, signal) => {
      const started = performance.now()
      const prompt = prompts.get(request.prompt)
      prompts.delete(request.prompt)
      if (prompt === undefined || prompt.length === 0)
        throw new Refusal('model.no_prompt', 'The prompt was no longer at hand.', 'Try again.')
      const room = sequence.contextSize - prompt.length
      if (room < 1)
        throw new Refusal(
          'model.context_full',
          `The prompt has ${prompt.length} tokens, and the model's context holds ${sequence.contextSize}.`,
          'Ask with fewer or shorter passages, or use a model with a larger context.',
        )
      const grammarEvaluationState =
        request.grammar === null ? undefined : new LlamaGrammarEvaluationState({ model, grammar: await grammarFor(request.grammar) })
      if (request.owner !== owner) await sequence.clearHistory()
      owner = request.owner
      const reusedTokens = await keepPrefix(sequence, prompt)
      const tokensMax = Math.min(request.tokensMax, room)
      const toText = textOf(model, prompt)
      let text = ''
      let pending = ''
      let sentAt = performance.now()
      let completionTokens = 0
      let firstTokenMs = 0
      const send = () => {
        if (pending !== '') emit({ text: pending })
        pending = ''
        sentAt = performance.now()
      }
      const until = createStopText(request.stop)
      const show = (piece: string) => {
        text += piece
        pending += piece
      }
      let stop: GenerateReply['stop'] = 'cancelled'
      if (await evaluatePrompt(sequence, prompt, emit, signal)) {
        stop = 'end'
        const options = {
          temperature: request.temperature,
          seed: request.seed,
          ...(request.topP === null ? {} : { topP: request.topP, topK: 0 }),
          ...(grammarEvaluationState === undefined ? {} : { grammarEvaluationState }),
        }
        for await (const token of sequence.evaluate(prompt.slice(sequence.nextTokenIndex), options)) {
          completionTokens++
          if (completionTokens === 1) firstTokenMs = performance.now() - started
          show(until.push(toText(token)))
          if (performance.now() - sentAt >= limits.textEveryMs) send()
          if (until.isStopped) break
          if (signal.aborted || completionTokens >= tokensMax) {
            stop = signal.aborted ? 'cancelled' : 'length'
            break
          }
        }
      }
      show(until.push(toText(null)) + until.flush())
      send()
      return { text, stop, promptTokens: prompt.length, reusedTokens, completionTokens, firstTokenMs, totalMs: performance.now() - started }
    },
  }
}

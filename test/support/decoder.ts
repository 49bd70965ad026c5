/**
 * Makes seeded Llama-architecture decoders that real llama.cpp loads: a tiny one whose random text is made of likely words, and
 * one of real size for measuring speed, where random weights cost what trained ones cost.
 */
import { commonWords } from './common-words.ts'
import { bool, float32, floats, normal, string, strings, type Tensor, tensorFormats, uint32, type Value, writeGguf } from './gguf.ts'
import { seeded } from './random.ts'

export const chatTemplate = [
  "{% for message in messages %}{{ '<|im_start|>' + message['role'] + '\\n' + message['content'] + '<|im_end|>\\n' }}{% endfor %}",
  "{% if add_generation_prompt %}{{ '<|im_start|>assistant\\n' }}{% endif %}",
].join('')

interface Token {
  readonly piece: string
  readonly type: number
  readonly score: number
  /** How likely the token is before any context, as a logit. */
  readonly prior: number
}

const kind = { normal: 1, unknown: 2, control: 3, byte: 6 } as const
const specials = { unknown: 0, begin: 1, end: 2, messageStart: 259, messageEnd: 260 } as const

/** Answers under a grammar get a handful of claims of a dozen words each. */
const characterPrior = (character: string): number => {
  if (character === '"' || character === '{') return 5
  if (/[,\]]/.test(character)) return 2
  if (/[0-9.:}]/.test(character)) return 1
  return /[a-z]/.test(character) ? -1 : -3
}

/**
 * All bytes, so that any text can be read and written; all printable characters; common words with their prefixes, since pieces are
 * merged pair by pair.
 */
function vocabulary(): readonly Token[] {
  const tokens: Token[] = [
    { piece: '<unk>', type: kind.unknown, score: 0, prior: -12 },
    { piece: '<s>', type: kind.control, score: 0, prior: -12 },
    { piece: '</s>', type: kind.control, score: 0, prior: 0 },
  ]
  for (let byte = 0; byte < 256; byte++)
    tokens.push({ piece: `<0x${byte.toString(16).toUpperCase().padStart(2, '0')}>`, type: kind.byte, score: 0, prior: -10 })
  tokens.push({ piece: '<|im_start|>', type: kind.control, score: 0, prior: -12 })
  tokens.push({ piece: '<|im_end|>', type: kind.control, score: 0, prior: 0 })
  const known = new Set<string>()
  const add = (piece: string, prior: number) => {
    if (known.has(piece)) return
    known.add(piece)
    tokens.push({ piece, type: kind.normal, score: -known.size, prior })
  }
  for (const word of commonWords)
    for (let end = 2; end <= word.length + 1; end++) add(`▁${word}`.slice(0, end), end === word.length + 1 ? 3 : -1)
  add('▁', 0)
  for (let code = 33; code < 127; code++) {
    const character = String.fromCharCode(code)
    add(character, characterPrior(character))
  }
  return tokens
}

export interface DecoderShape {
  readonly width: number
  readonly layers: number
  readonly heads: number
  readonly cacheHeads: number
  readonly feedForward: number
}

const tiny: DecoderShape = { width: 64, layers: 2, heads: 4, cacheHeads: 2, feedForward: 128 }
/** About half a thousand million parameters with 32,000 tokens. */
export const halfBillion: DecoderShape = { width: 1024, layers: 28, heads: 16, cacheHeads: 4, feedForward: 4096 }

export interface DecoderOptions {
  readonly path: string
  readonly seed: number
  readonly contextTokens?: number
  readonly name?: string
  /** Another name than `llama` makes a file that passes the header check and that llama.cpp refuses. */
  readonly architecture?: string
  /** Null writes no template. */
  readonly template?: string | null
}

function metadata(options: DecoderOptions, shape: DecoderShape, tokens: readonly Token[]): ReadonlyArray<readonly [string, Value]> {
  const template = options.template === undefined ? chatTemplate : options.template
  const architecture = options.architecture ?? 'llama'
  return [
    ['general.architecture', string(architecture)],
    ['general.name', string(options.name ?? `tiny-decoder-${options.seed}`)],
    ['general.license', string('cc0-1.0')],
    [`${architecture}.context_length`, uint32(options.contextTokens ?? 8_192)],
    [`${architecture}.embedding_length`, uint32(shape.width)],
    [`${architecture}.block_count`, uint32(shape.layers)],
    [`${architecture}.feed_forward_length`, uint32(shape.feedForward)],
    [`${architecture}.attention.head_count`, uint32(shape.heads)],
    [`${architecture}.attention.head_count_kv`, uint32(shape.cacheHeads)],
    [`${architecture}.attention.layer_norm_rms_epsilon`, float32(1e-5)],
    [`${architecture}.rope.dimension_count`, uint32(shape.width / shape.heads)],
    [`${architecture}.rope.freq_base`, float32(10_000)],
    ['tokenizer.ggml.model', string('llama')],
    ['tokenizer.ggml.pre', string('default')],
    ['tokenizer.ggml.tokens', strings(tokens.map((token) => token.piece))],
    ['tokenizer.ggml.scores', { type: 'float32s', value: tokens.map((token) => token.score) }],
    ['tokenizer.ggml.token_type', { type: 'int32s', value: tokens.map((token) => token.type) }],
    ['tokenizer.ggml.bos_token_id', uint32(specials.begin)],
    ['tokenizer.ggml.eos_token_id', uint32(specials.end)],
    ['tokenizer.ggml.eot_token_id', uint32(specials.messageEnd)],
    ['tokenizer.ggml.unknown_token_id', uint32(specials.unknown)],
    ['tokenizer.ggml.add_bos_token', bool(true)],
    ['tokenizer.ggml.add_eos_token', bool(false)],
    ['tokenizer.ggml.add_space_prefix', bool(false)],
    ...(template === null ? [] : [['tokenizer.chat_template', string(template)] as const]),
  ]
}

interface Matrix {
  readonly name: string
  readonly shape: readonly number[]
}

/** All tensors in the order that the file holds them; a shape of one length is a norm. */
function layout(shape: DecoderShape, tokens: number): readonly Matrix[] {
  const cacheWidth = (shape.width / shape.heads) * shape.cacheHeads
  const blocks = Array.from({ length: shape.layers }, (_, layer): readonly Matrix[] => [
    { name: `blk.${layer}.attn_norm.weight`, shape: [shape.width] },
    { name: `blk.${layer}.attn_q.weight`, shape: [shape.width, shape.width] },
    { name: `blk.${layer}.attn_k.weight`, shape: [shape.width, cacheWidth] },
    { name: `blk.${layer}.attn_v.weight`, shape: [shape.width, cacheWidth] },
    { name: `blk.${layer}.attn_output.weight`, shape: [shape.width, shape.width] },
    { name: `blk.${layer}.ffn_norm.weight`, shape: [shape.width] },
    { name: `blk.${layer}.ffn_gate.weight`, shape: [shape.width, shape.feedForward] },
    { name: `blk.${layer}.ffn_down.weight`, shape: [shape.feedForward, shape.width] },
    { name: `blk.${layer}.ffn_up.weight`, shape: [shape.width, shape.feedForward] },
  ])
  return [
    { name: 'token_embd.weight', shape: [shape.width, tokens] },
    { name: 'output_norm.weight', shape: [shape.width] },
    { name: 'output.weight', shape: [shape.width, tokens] },
    ...blocks.flat(),
  ]
}

/**
 * Column 0 of the stream between layers stays constant, so that row 0 of the output acts as a prior of each token: random text of
 * likely words instead of noise.
 */
const constant = 4
function tinyTensor(matrix: Matrix, tokens: readonly Token[], random: () => number): Tensor {
  const [width = 1] = matrix.shape
  if (matrix.shape.length === 1) return floats(matrix.name, matrix.shape, () => 1)
  if (matrix.name === 'token_embd.weight') return floats(matrix.name, matrix.shape, (index) => (index % width === 0 ? constant : random()))
  if (matrix.name === 'output.weight')
    return floats(matrix.name, matrix.shape, (index) =>
      index % width === 0 ? (tokens[Math.floor(index / width)]?.prior ?? 0) / 2.5 : random() * 0.12,
    )
  const writesStream = matrix.name.endsWith('attn_output.weight') || matrix.name.endsWith('ffn_down.weight')
  return floats(matrix.name, matrix.shape, (index) => (writesStream && index < width ? 0 : random() * (1 / Math.sqrt(width))))
}

/** A decoder of under 1 MB that llama.cpp loads in a moment and that, under a grammar, writes sentences of common words. */
export function makeDecoder(options: DecoderOptions): void {
  const tokens = vocabulary()
  const random = normal(seeded(options.seed))
  writeGguf(options.path, {
    metadata: metadata(options, tiny, tokens),
    tensors: layout(tiny, tokens.length).map((matrix) => tinyTensor(matrix, tokens, random)),
  })
}

/** Random weights of a quantised type, drawn from one pool: the arithmetic is the same whatever the numbers are. */
function quantised(matrix: Matrix, type: 'Q4_0' | 'Q8_0', random: () => number): Tensor {
  if (matrix.shape.length === 1) return floats(matrix.name, matrix.shape, () => 1)
  const block = tensorFormats[type].bytes
  const pool = Buffer.alloc(block * 4_096)
  for (let at = 0; at < pool.length; at++) pool[at] = Math.floor(random() * 256)
  // A half-precision scale of about 1/512 keeps sums of a thousand terms small.
  for (let at = 0; at < pool.length; at += block) pool.writeUInt16LE(0x1800, at)
  return {
    ...matrix,
    type,
    fill: (bytes) => {
      for (let at = 0; at < bytes.length; at += pool.length) pool.copy(bytes, at, 0, Math.min(pool.length, bytes.length - at))
    },
  }
}

export interface SyntheticOptions extends DecoderOptions {
  readonly shape?: DecoderShape
  readonly type?: 'Q4_0' | 'Q8_0'
  readonly vocabularyTokens?: number
}

/** A decoder of real size with random weights, written by streaming: for measuring speed only. */
export function makeSyntheticDecoder(options: SyntheticOptions): void {
  const shape = options.shape ?? halfBillion
  const known = vocabulary()
  const wanted = options.vocabularyTokens ?? 32_000
  const filler = Array.from(
    { length: wanted - known.length },
    (_, index): Token => ({
      piece: `▁w${index}`,
      type: kind.normal,
      score: -1_000 - index,
      prior: 0,
    }),
  )
  const tokens = [...known, ...filler]
  const random = seeded(options.seed)
  writeGguf(options.path, {
    metadata: metadata(options, shape, tokens),
    tensors: layout(shape, tokens.length).map((matrix) => quantised(matrix, options.type ?? 'Q4_0', random)),
  })
}

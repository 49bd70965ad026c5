/**
 * Makes a seeded, tiny BERT-architecture embedder with mean pooling that real llama.cpp loads: texts that share words lie near each
 * other.
 */
import { commonWords } from './common-words.ts'
import { bool, float32, floats, normal, string, strings, type Tensor, uint32, writeGguf } from './gguf.ts'
import { seeded } from './random.ts'

export interface EmbedderOptions {
  readonly path: string
  readonly seed: number
  readonly name?: string
  readonly contextTokens?: number
}

const shape = { width: 64, heads: 2, feedForward: 128, layers: 1 } as const
const specials = ['[PAD]', '[UNK]', '[CLS]', '[SEP]', '[MASK]'] as const

/** Word starts carry `▁`, the parts that follow stand bare: any text of letters and digits can be split. */
function vocabulary(): readonly string[] {
  const characters = Array.from({ length: 94 }, (_, index) => String.fromCharCode(33 + index)).filter(
    (character) => !/[A-Z]/.test(character),
  )
  return [
    ...new Set([...specials, ...commonWords.map((word) => `▁${word}`), ...characters.flatMap((character) => [`▁${character}`, character])]),
  ]
}

export function makeEmbedder(options: EmbedderOptions): void {
  const tokens = vocabulary()
  const contextTokens = options.contextTokens ?? 512
  const random = normal(seeded(options.seed))
  const matrix = (name: string, columns: number, rows: number, deviation: number): Tensor =>
    floats(name, [columns, rows], () => random() * deviation)
  const vector = (name: string, length: number, value: number): Tensor => floats(name, [length], () => value)
  const layer = (index: number): readonly Tensor[] => {
    const dense = (name: string, columns: number, rows: number) => [
      matrix(`blk.${index}.${name}.weight`, columns, rows, 0.05),
      vector(`blk.${index}.${name}.bias`, rows, 0),
    ]
    const norm = (name: string) => [
      vector(`blk.${index}.${name}.weight`, shape.width, 1),
      vector(`blk.${index}.${name}.bias`, shape.width, 0),
    ]
    return [
      ...['attn_q', 'attn_k', 'attn_v', 'attn_output'].flatMap((name) => dense(name, shape.width, shape.width)),
      ...norm('attn_output_norm'),
      ...dense('ffn_up', shape.width, shape.feedForward),
      ...dense('ffn_down', shape.feedForward, shape.width),
      ...norm('layer_output_norm'),
    ]
  }
  writeGguf(options.path, {
    metadata: [
      ['general.architecture', string('bert')],
      ['general.name', string(options.name ?? `tiny-embedder-${options.seed}`)],
      ['general.license', string('cc0-1.0')],
      ['bert.context_length', uint32(contextTokens)],
      ['bert.embedding_length', uint32(shape.width)],
      ['bert.block_count', uint32(shape.layers)],
      ['bert.feed_forward_length', uint32(shape.feedForward)],
      ['bert.attention.head_count', uint32(shape.heads)],
      ['bert.attention.layer_norm_epsilon', float32(1e-12)],
      ['bert.attention.causal', bool(false)],
      ['bert.pooling_type', uint32(1)],
      ['tokenizer.ggml.model', string('bert')],
      ['tokenizer.ggml.pre', string('bert-bge')],
      ['tokenizer.ggml.tokens', strings(tokens)],
      ['tokenizer.ggml.token_type', { type: 'int32s', value: tokens.map((_, index) => (index < specials.length ? 3 : 1)) }],
      ['tokenizer.ggml.token_type_count', uint32(2)],
      ['tokenizer.ggml.padding_token_id', uint32(0)],
      ['tokenizer.ggml.unknown_token_id', uint32(1)],
      ['tokenizer.ggml.bos_token_id', uint32(2)],
      ['tokenizer.ggml.eos_token_id', uint32(3)],
      ['tokenizer.ggml.seperator_token_id', uint32(3)],
      ['tokenizer.ggml.mask_token_id', uint32(4)],
      ['tokenizer.ggml.add_bos_token', bool(true)],
      ['tokenizer.ggml.add_eos_token', bool(true)],
    ],
    tensors: [
      matrix('token_embd.weight', shape.width, tokens.length, 1),
      matrix('position_embd.weight', shape.width, contextTokens, 0.02),
      matrix('token_types.weight', shape.width, 2, 0.02),
      vector('token_embd_norm.weight', shape.width, 1),
      vector('token_embd_norm.bias', shape.width, 0),
      ...Array.from({ length: shape.layers }, (_, index) => layer(index)).flat(),
    ],
  })
}

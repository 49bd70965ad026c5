import { appendFileSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { checkGguf, checkHeader, openModelFile } from '../../main/models/gguf-check.ts'
import { makeDecoder } from '../support/decoder.ts'
import { makeEmbedder } from '../support/embedder.ts'
import { bool, floats, type GgufFile, headerBytes, string, strings, text, u64, uint32, type Value, writeGguf } from '../support/gguf.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

const folder = temporaryFolder()
const file = (name: string) => join(folder, name)

async function codeOf(path: string, check: typeof checkGguf | typeof checkHeader = checkGguf): Promise<string> {
  const opened = await openModelFile(path)
  if (!opened.ok) return opened.error.code
  const { handle, stat } = opened.value
  try {
    const result = await check(handle, stat.size)
    return result.ok ? 'ok' : result.error.code
  } finally {
    await handle.close()
  }
}

async function codeOfBytes(bytes: Uint8Array): Promise<string> {
  writeFileSync(file('bytes.gguf'), bytes)
  return codeOf(file('bytes.gguf'))
}

const u32 = (value: number) => {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32LE(value)
  return bytes
}
const start = (tensors: bigint, values: bigint, version = 3) =>
  Buffer.concat([Buffer.from('GGUF'), u32(version), u64(tensors), u64(values)])

/** The least file that passes, changed as a test needs it. */
function small(change: { metadata?: Record<string, Value>; tensors?: GgufFile['tensors']; alignment?: number } = {}): GgufFile {
  const metadata: Record<string, Value> = {
    'general.architecture': string('llama'),
    'llama.block_count': uint32(1),
    'llama.embedding_length': uint32(32),
    'llama.context_length': uint32(128),
    'llama.attention.head_count': uint32(2),
    'tokenizer.ggml.tokens': strings(['<unk>', 'a', '<0x41>']),
    'tokenizer.ggml.scores': { type: 'float32s', value: [0, 0, 0] },
    'tokenizer.ggml.token_type': { type: 'int32s', value: [2, 1, 6] },
    ...change.metadata,
  }
  return {
    metadata: Object.entries(metadata),
    tensors: change.tensors ?? [floats('a.weight', [32, 2], () => 0), floats('b.weight', [8], () => 0)],
    ...(change.alignment === undefined ? {} : { alignment: change.alignment }),
  }
}
async function codeOfSmall(change: Parameters<typeof small>[0]): Promise<string> {
  writeGguf(file('small.gguf'), small(change))
  return codeOf(file('small.gguf'))
}

describe('MOD-03 a header is checked before any native code', () => {
  test('real and generated models pass and tell what they are', async () => {
    makeDecoder({ path: file('decoder.gguf'), seed: 1 })
    makeEmbedder({ path: file('embedder.gguf'), seed: 1 })
    for (const [name, role] of [
      ['decoder.gguf', 'chat'],
      ['embedder.gguf', 'embed'],
    ] as const) {
      const opened = await openModelFile(file(name))
      if (!opened.ok) throw new Error(opened.error.message)
      const facts = await checkGguf(opened.value.handle, opened.value.stat.size)
      await opened.value.handle.close()
      expect(facts.ok && facts.value).toMatchObject({ role, quantisation: 'F32', licence: 'cc0-1.0', width: 64 })
    }
    expect(await codeOfSmall({})).toBe('ok')
    expect(await codeOfSmall({ alignment: 4096, metadata: { 'general.alignment': uint32(4096) } })).toBe('ok')
  })

  test('49 bytes that name a list of 2^63 items are refused', async () => {
    const hostile = Buffer.concat([start(0n, 1n), text('k'), u32(9), u32(4), u64(2n ** 63n)])
    expect(hostile.length).toBeLessThanOrEqual(49)
    expect(await codeOfBytes(hostile)).toBe('model.absurd_length')
    expect(await codeOfBytes(Buffer.concat([start(0n, 1n), text('k'), u32(8), u64(2n ** 63n)]))).toBe('model.absurd_length')
  })

  test('counts that the file cannot hold are refused', async () => {
    expect(await codeOfBytes(start(0n, 2n ** 63n))).toBe('model.absurd_counts')
    expect(await codeOfBytes(start(2n ** 64n - 1n, 0n))).toBe('model.absurd_counts')
    expect(await codeOfBytes(start(60_000n, 0n))).toBe('model.truncated')
  })

  test('other files, versions and byte orders are refused', async () => {
    expect(await codeOfBytes(Buffer.from('%PDF-1.7 something else'))).toBe('model.not_gguf')
    expect(await codeOfBytes(Buffer.from('GG'))).toBe('model.not_gguf')
    expect(await codeOfBytes(Buffer.alloc(0))).toBe('model.not_gguf')
    for (const version of [0, 1, 4]) expect(await codeOfBytes(start(0n, 0n, version))).toBe('model.unknown_version')
    expect(await codeOfBytes(Buffer.concat([Buffer.from('GGUF'), Buffer.from([0, 0, 0, 3]), u64(0), u64(0)]))).toBe(
      'model.wrong_byte_order',
    )
  })

  test('a file cut anywhere in its header or weights is refused', async () => {
    const whole = small()
    const header = headerBytes(whole)
    for (let length = 0; length < header.length; length += 7) {
      const code = await codeOfBytes(header.subarray(0, length))
      expect(code, `cut at ${length} of ${header.length}`).toMatch(/^model\.(truncated|not_gguf|absurd_counts)$/)
    }
    writeGguf(file('cut.gguf'), whole)
    truncateSync(file('cut.gguf'), header.length + 256 + 31)
    expect(await codeOf(file('cut.gguf'))).toBe('model.truncated')
    truncateSync(file('cut.gguf'), header.length + 256 + 32)
    expect(await codeOf(file('cut.gguf'))).toBe('ok')
  })

  test('nothing may stand there twice', async () => {
    const twice: GgufFile = { ...small(), metadata: [...small().metadata, ['llama.block_count', uint32(2)]] }
    writeGguf(file('twice.gguf'), twice)
    expect(await codeOf(file('twice.gguf'))).toBe('model.duplicate_key')
    expect(await codeOfSmall({ tensors: [floats('a', [8], () => 0), floats('a', [8], () => 0)] })).toBe('model.duplicate_tensor')
  })

  test('alignment is a power of two of the right type, and offsets follow it', async () => {
    for (const wrong of [0, 13, 2 ** 21])
      expect(await codeOfSmall({ metadata: { 'general.alignment': uint32(wrong) } })).toBe('model.bad_alignment')
    expect(await codeOfSmall({ metadata: { 'general.alignment': { type: 'int32', value: 32 } } })).toBe('model.bad_alignment')
    // Written for 32 while the header says 64: the second tensor lies where it must not.
    const tensors = [floats('a', [8], () => 0), floats('b', [8], () => 0)]
    expect(await codeOfSmall({ tensors, metadata: { 'general.alignment': uint32(64) } })).toBe('model.bad_offset')
  })

  test('tensors of impossible shapes, types and names are refused', async () => {
    const tensor = (name: string, dimensions: readonly bigint[], type: number, offset = 0n) =>
      Buffer.concat([text(name), u32(dimensions.length), ...dimensions.map(u64), u32(type), u64(offset)])
    const withTensor = (entry: Buffer) => {
      const header = headerBytes({ ...small(), tensors: [] })
      header.writeBigUInt64LE(1n, 8)
      const metadata = Buffer.concat([Buffer.from('GGUF'), u32(3), u64(1), u64(small().metadata.length)])
      // The header without tensors ends in padding; the entry must follow the last value.
      const values = headerBytes({ metadata: small().metadata, tensors: [], alignment: 1 }).subarray(metadata.length)
      return codeOfBytes(Buffer.concat([metadata, values, entry, Buffer.alloc(256)]))
    }
    expect(await withTensor(tensor('ok', [8n], 0))).toBe('ok')
    expect(await withTensor(tensor('n'.repeat(64), [8n], 0))).toBe('model.absurd_length')
    expect(await withTensor(tensor('', [8n], 0))).toBe('model.bad_tensor')
    expect(await withTensor(tensor('t', [], 0))).toMatch(/model\.(bad_tensor|absurd_counts|truncated)/)
    expect(await withTensor(tensor('t', [1n, 1n, 1n, 1n, 1n], 0))).toBe('model.bad_tensor')
    expect(await withTensor(tensor('t', [2n ** 63n], 0))).toBe('model.bad_tensor')
    expect(await withTensor(tensor('t', [2n ** 32n, 2n ** 32n], 0))).toBe('model.bad_tensor')
    expect(await withTensor(tensor('t', [2n ** 40n], 0))).toBe('model.truncated')
    expect(await withTensor(tensor('t', [33n], 2))).toBe('model.bad_tensor')
    expect(await withTensor(tensor('t', [8n], 4))).toBe('model.unknown_type')
    expect(await withTensor(tensor('t', [8n], 43))).toBe('model.unknown_type')
    expect(await withTensor(tensor('t', [8n], 0, 2n ** 64n - 1n))).toBe('model.bad_offset')
  })

  test('lists of the tokenizer are of the right type and length', async () => {
    const cases: ReadonlyArray<readonly [string, Value]> = [
      ['tokenizer.ggml.scores', { type: 'float32s', value: [0, 0] }],
      ['tokenizer.ggml.scores', { type: 'uint32s', value: [0, 0, 0] }],
      ['tokenizer.ggml.token_type', { type: 'int32s', value: [1, 1, 1, 1] }],
      ['tokenizer.ggml.token_type', { type: 'uint32s', value: [1, 1, 1] }],
      ['tokenizer.ggml.token_type', { type: 'int32s', value: [1, 1, 7] }],
      ['tokenizer.ggml.tokens', { type: 'uint32s', value: [1, 2, 3] }],
      ['tokenizer.ggml.tokens', string('abc')],
      ['tokenizer.ggml.tokens', strings(['<unk>', 'a', '<0x-1>'])],
      ['tokenizer.ggml.tokens', strings(['<unk>', 'a', '<0xG1>'])],
      ['tokenizer.ggml.tokens', strings(['<unk>', 'a', '<0x411>'])],
    ]
    for (const [key, value] of cases) expect(await codeOfSmall({ metadata: { [key]: value } }), key).toBe('model.bad_tokenizer')
    // The same characters as an ordinary token are only characters.
    expect(await codeOfSmall({ metadata: { 'tokenizer.ggml.tokens': strings(['<unk>', '<0x-1>', '<0x41>']) } })).toBe('ok')
  })

  test('values of unknown types, lists in lists and texts that are none are refused', async () => {
    const raw = (bytes: Uint8Array): Record<string, Value> => ({ odd: { type: 'raw', value: bytes } })
    expect(await codeOfSmall({ metadata: raw(u32(13)) })).toBe('model.unknown_type')
    expect(await codeOfSmall({ metadata: raw(Buffer.concat([u32(9), u32(9), u64(1), u32(4), u64(0)])) })).toBe('model.nested_list')
    expect(await codeOfSmall({ metadata: raw(Buffer.concat([u32(7), Buffer.from([2])])) })).toBe('model.bad_value')
    expect(await codeOfSmall({ metadata: raw(Buffer.concat([u32(8), u64(2), Buffer.from([0xc3, 0x28])])) })).toBe('model.bad_text')
    expect(await codeOfSmall({ metadata: { '': bool(true) } })).toBe('model.bad_key')
    expect(await codeOfSmall({ metadata: { 'a\u0000b': bool(true) } })).toBe('model.bad_key')
  })

  test('what is no model for us is refused by its own code', async () => {
    const cases: ReadonlyArray<readonly [Record<string, Value>, string]> = [
      [{ 'general.architecture': string('../etc') }, 'model.no_architecture'],
      [{ 'general.type': string('adapter') }, 'model.not_a_model'],
      [{ 'split.count': { type: 'uint32', value: 3 } }, 'model.split'],
      [{ 'llama.pooling_type': uint32(4) }, 'model.unsupported_role'],
      [{ 'llama.block_count': uint32(100_000) }, 'model.absurd_parameters'],
      [{ 'llama.attention.head_count': uint32(0) }, 'model.absurd_parameters'],
      [{ 'llama.context_length': uint32(0) }, 'model.incomplete'],
    ]
    for (const [metadata, code] of cases) expect(await codeOfSmall({ metadata }), code).toBe(code)
    expect(await codeOfSmall({ tensors: [] })).toBe('model.no_weights')
  })

  test('links, folders and absent files are not opened', async () => {
    writeGguf(file('target.gguf'), small())
    symlinkSync(file('target.gguf'), file('link.gguf'))
    expect(await codeOf(file('link.gguf'))).toBe('model.link')
    expect(await codeOf(folder)).toBe('model.not_a_file')
    expect(await codeOf(file('absent.gguf'))).toBe('model.missing')
  })

  test('the worst header of 64 MiB takes under two seconds and 256 MB', async () => {
    const path = file('long.gguf')
    const items = 8_000_000
    writeFileSync(path, Buffer.concat([start(0n, 1n), text('list'), u32(9), u32(8), u64(items)]))
    for (let at = 0; at < 64; at++) appendFileSync(path, Buffer.alloc(1024 * 1024))
    const before = process.memoryUsage().rss
    const started = performance.now()
    expect(await codeOf(path, checkHeader)).toBe('ok')
    expect(performance.now() - started).toBeLessThan(2_000)
    expect(process.memoryUsage().rss - before).toBeLessThan(256 * 1024 * 1024)
  })
})

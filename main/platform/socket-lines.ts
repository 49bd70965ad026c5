/** One JSON document a line, over any byte stream: how the local socket is read and written. A line too long is refused, never collected. */
import type { Readable } from 'node:stream'
import * as z from 'zod'

export const socketLimits = {
  lineBytesMax: 8 * 1024 * 1024,
  /** Unsent bytes at which a subscriber is dropped. */
  unsentBytesMax: 16 * 1024 * 1024,
  callsAtOnceMax: 64,
  subscriptionsMax: 16,
  connectionsMax: 64,
  farewellMs: 1_000,
} as const

const id = z.int().min(0)

/** What a shell sends. `subscribe` is the last sequence number it has seen, or null. */
export const FromShell = z.union([
  z.strictObject({ id, name: z.string().max(80), input: z.unknown(), shell: z.enum(['cli', 'desktop']) }),
  z.strictObject({ id, subscribe: z.int().min(0).nullable() }),
  z.strictObject({ id, unsubscribe: z.literal(true) }),
])
export type FromShell = z.infer<typeof FromShell>

/** What a core sends. After `dropped` no item follows on that subscription; after `refused` the connection ends. */
export const FromCore = z.union([
  z.strictObject({ id, reply: z.unknown() }),
  z.strictObject({ id, item: z.unknown() }),
  z.strictObject({ id, dropped: z.literal(true) }),
  z.strictObject({ refused: z.string() }),
])
export type FromCore = z.infer<typeof FromCore>

export class LineTooLong extends Error {}

const newline = 0x0a

/** The lines of a stream, without their ends. Reading goes no further than the consumer has come. Throws LineTooLong. */
export async function* readLines(stream: Readable, bytesMax: number): AsyncGenerator<string> {
  let parts: Buffer[] = []
  let size = 0
  // The stream stays open when the consumer stops, so that a refusal can still be sent.
  for await (const chunk of stream.iterator({ destroyOnReturn: false })) {
    let rest: Buffer = chunk
    for (let end = rest.indexOf(newline); end >= 0; end = rest.indexOf(newline)) {
      if (size + end > bytesMax) throw new LineTooLong()
      yield Buffer.concat([...parts, rest.subarray(0, end)]).toString('utf8')
      parts = []
      size = 0
      rest = rest.subarray(end + 1)
    }
    size += rest.length
    if (size > bytesMax) throw new LineTooLong()
    if (rest.length > 0) parts.push(rest)
  }
}

/** A line as the message it should be, or null. */
export function parseLine<T>(line: string, schema: z.ZodType<T>): T | null {
  try {
    const parsed = schema.safeParse(JSON.parse(line))
    return parsed.success ? parsed.data : null
  } catch {
    return null
  }
}

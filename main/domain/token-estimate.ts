/** Tokens of text for a model whose tokenizer is not here. Pure. */

const perMessage = 16

/** UTF-8 bytes of a text. */
function bytesOf(text: string): number {
  let bytes = 0
  for (const char of text) {
    const code = char.codePointAt(0) ?? 0
    bytes += code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4
  }
  return bytes
}

/** More than nearly any tokenizer makes of these messages: half their bytes, and what frames them. For what is set aside. */
export const tokensAtMost = (messages: readonly string[]): number =>
  messages.reduce((sum, text) => sum + Math.ceil(bytesOf(text) / 2) + perMessage, 0)

/** About as many as most tokenizers make of this text: a fourth of its bytes. For advice, never for a limit. */
export const tokensAbout = (text: string): number => Math.ceil(bytesOf(text) / 4)

/** Fewer than nearly any tokenizer makes of this text: a sixth of its bytes. For what an endpoint says that it used. */
export const tokensAtLeast = (text: string): number => Math.ceil(bytesOf(text) / 6)

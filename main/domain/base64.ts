/** Base 64 of bytes, strictly: padded, of the one alphabet, and with no bit left over. The pure layer knows no machine that does it. */
const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'

export function toBase64(bytes: Uint8Array): string {
  let text = ''
  for (let at = 0; at < bytes.length; at += 3) {
    const [a = 0, b = 0, c = 0] = bytes.subarray(at, at + 3)
    const group = (a << 16) | (b << 8) | c
    const digits = [18, 12, 6, 0].map((shift) => alphabet[(group >> shift) & 63])
    text += digits.slice(0, Math.min(3, bytes.length - at) + 1).join('')
  }
  return text.padEnd(Math.ceil(bytes.length / 3) * 4, '=')
}

/** Null when the text is not exactly what `toBase64` writes. */
export function fromBase64(text: string): Uint8Array | null {
  if (text.length % 4 !== 0) return null
  const padding = text.endsWith('==') ? 2 : text.endsWith('=') ? 1 : 0
  const bytes = new Uint8Array((text.length / 4) * 3 - padding)
  for (let at = 0, to = 0; at < text.length; at += 4, to += 3) {
    let group = 0
    for (let i = 0; i < 4; i++) {
      const digit = at + i >= text.length - padding ? 0 : alphabet.indexOf(text.charAt(at + i))
      if (digit < 0) return null
      group = (group << 6) | digit
    }
    for (let i = 0; i < 3 && to + i < bytes.length; i++) bytes[to + i] = (group >> (16 - 8 * i)) & 255
  }
  return toBase64(bytes) === text ? bytes : null
}

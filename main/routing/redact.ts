/** Takes secrets out of text on its way to anywhere, also when they come in pieces: what could become one is held back until it cannot. */

const shown = '[secret]'

/** The forms in which a secret may turn up: as it is, in JSON, in an address, in base 64 and in hex. */
function formsOf(secret: string): readonly string[] {
  const bytes = Buffer.from(secret, 'utf8')
  const base64 = bytes.toString('base64').replace(/=+$/, '')
  return [
    secret,
    JSON.stringify(secret).slice(1, -1),
    encodeURIComponent(secret),
    base64,
    bytes.toString('base64url'),
    bytes.toString('hex'),
  ]
}

export interface RedactingStream {
  /** What may be passed on of everything so far. */
  write(chunk: string): string
  /** The rest, at the end. */
  end(): string
}

export interface Redactor {
  text(text: string): string
  stream(): RedactingStream
}

export function createRedactor(secrets: readonly string[]): Redactor {
  // The longest first: one may begin another.
  const forms = [...new Set(secrets.flatMap(formsOf))].filter((form) => form !== '').sort((a, b) => b.length - a.length)
  const firsts = new Set(forms.map((form) => form[0]))

  /** What is clean of `text`, and where the part begins that may yet become a secret. */
  function clean(text: string, isEnd: boolean): { readonly passed: string; readonly from: number } {
    let passed = ''
    let at = 0
    while (at < text.length) {
      if (!firsts.has(text[at])) {
        passed += text[at]
        at += 1
        continue
      }
      const rest = text.slice(at, at + (forms[0]?.length ?? 0))
      // The longest that stands here or may: a shorter one within it waits for it.
      const form = forms.find((one) => rest.startsWith(one) || (!isEnd && one.startsWith(rest)))
      if (form !== undefined && !rest.startsWith(form)) break
      passed += form === undefined ? text[at] : shown
      at += form?.length ?? 1
    }
    return { passed, from: at }
  }
  return {
    text: (text) => clean(text, true).passed,
    stream: () => {
      let waiting = ''
      return {
        write: (chunk) => {
          const whole = waiting + chunk
          const { passed, from } = clean(whole, false)
          waiting = whole.slice(from)
          return passed
        },
        end: () => {
          const { passed } = clean(waiting, true)
          waiting = ''
          return passed
        },
      }
    },
  }
}

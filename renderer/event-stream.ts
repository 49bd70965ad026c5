/** Reads text/event-stream cut anywhere into the data of its events. Comments and unknown fields are skipped, as the format asks. */

const limits = { eventCharsMax: 32 * 1024 * 1024 } as const

/** Returns a function to feed with text as it arrives; `onData` gets the data of each whole event. */
export function eventStreamReader(onData: (data: string) => void): (text: string) => void {
  let rest = ''
  let data: string[] = []

  const line = (text: string) => {
    if (text === '') {
      if (data.length > 0) onData(data.join('\n'))
      data = []
      return
    }
    if (!text.startsWith('data:')) return
    data.push(text.startsWith('data: ') ? text.slice(6) : text.slice(5))
  }

  return (text) => {
    const lines = (rest + text).split(/\r?\n/)
    rest = lines.pop() ?? ''
    if (rest.length > limits.eventCharsMax) throw new Error('an event of the feed is longer than any the core sends')
    for (const one of lines) line(one)
  }
}

/** Says how far it is: one line that changes at a terminal, a line now and then in a log. */

const mib = 1024 * 1024
const terminalMs = 250
const logMs = 10_000

export const inMib = (sizeBytes: number): string => `${(sizeBytes / mib).toFixed(1)} MiB`

export function createProgress(stream: { readonly isTTY?: boolean; write(text: string): unknown }, clock: () => number) {
  let lastAt = Number.NEGATIVE_INFINITY
  let begun = { file: '', at: 0, bytes: 0 }
  let isLineOpen = false
  const endLine = () => {
    if (isLineOpen) stream.write('\n')
    isLineOpen = false
  }
  return {
    /** Says a line of its own. */
    say: (text: string) => {
      endLine()
      stream.write(`${text}\n`)
    },
    show: (file: string, doneBytes: number, totalBytes: number | null) => {
      const now = clock()
      if (begun.file !== file) begun = { file, at: now, bytes: doneBytes }
      const isDone = doneBytes === totalBytes
      if (!isDone && now - lastAt < (stream.isTTY === true ? terminalMs : logMs)) return
      lastAt = now
      const perSecond = (doneBytes - begun.bytes) / Math.max(0.001, (now - begun.at) / 1_000)
      const share = totalBytes === null ? '' : ` of ${inMib(totalBytes)} (${Math.floor((doneBytes / totalBytes) * 100)} %)`
      const line = `${file}: ${inMib(doneBytes)}${share}, ${inMib(perSecond)} a second`
      if (stream.isTTY !== true) stream.write(`${line}\n`)
      else {
        stream.write(`\r\u001b[2K${line}`)
        isLineOpen = true
        if (isDone) endLine()
      }
    },
    endLine,
  }
}

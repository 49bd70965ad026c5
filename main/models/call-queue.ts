/** Lets one call at a time through. A person who waits goes before background work, and background work is not put off for ever. */

/** So many waiting people may overtake one piece of background work. */
const overtakesMax = 8

export interface CallQueue {
  /** Runs `work` when its turn comes. An aborted signal gives its place up and yields null. */
  run<T>(isBackground: boolean, signal: AbortSignal | undefined, work: () => Promise<T>): Promise<T | null>
  readonly waiting: number
}

interface Waiting {
  readonly isBackground: boolean
  readonly start: () => void
  overtaken: number
}

export function createCallQueue(): CallQueue {
  let isBusy = false
  const line: Waiting[] = []

  const next = () => {
    const tired = line.findIndex((entry) => entry.isBackground && entry.overtaken >= overtakesMax)
    const person = line.findIndex((entry) => !entry.isBackground)
    const index = tired >= 0 ? tired : Math.max(person, 0)
    const [entry] = line.splice(index, 1)
    if (entry === undefined) {
      isBusy = false
      return
    }
    for (const other of line.slice(0, index)) if (other.isBackground) other.overtaken++
    entry.start()
  }

  const turn = (isBackground: boolean, signal: AbortSignal | undefined): Promise<boolean> => {
    if (signal?.aborted === true) return Promise.resolve(false)
    if (!isBusy) {
      isBusy = true
      return Promise.resolve(true)
    }
    return new Promise((resolve) => {
      const onAbort = () => {
        const index = line.indexOf(entry)
        if (index >= 0) line.splice(index, 1)
        resolve(false)
      }
      const entry: Waiting = {
        isBackground,
        overtaken: 0,
        start: () => {
          signal?.removeEventListener('abort', onAbort)
          resolve(true)
        },
      }
      signal?.addEventListener('abort', onAbort, { once: true })
      line.push(entry)
    })
  }

  return {
    run: async (isBackground, signal, work) => {
      if (!(await turn(isBackground, signal))) return null
      try {
        return await work()
      } finally {
        next()
      }
    },
    get waiting() {
      return line.length
    },
  }
}

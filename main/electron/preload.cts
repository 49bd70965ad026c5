/**
 * What the page sees of the desktop: two functions, plain JSON in and out, neither of which takes the name of a channel; and where a file lies that a
 * person dropped on the window.
 */
const { contextBridge, ipcRenderer, webUtils } = require('electron') as typeof import('electron')

const ask = async (channel: 'call' | 'event', message: unknown) => JSON.parse(await ipcRenderer.invoke(channel, JSON.stringify(message)))

const broken = { code: 'bridge.broken', message: 'The window has lost the core.', hint: 'Close the window and start Holdfast again.' }

/** Resolves to a reply of the contract; never rejects. */
const call = (name: string, input: unknown) => ask('call', { name, input }).catch(() => ({ ok: false, error: broken }))

/** Calls `listen` with each item of the feed, a snapshot first; returns how to stop. */
const subscribe = (after: number | null, listen: (item: unknown) => void) => {
  let isOver = false
  let feed: number | undefined
  const follow = async () => {
    feed = (await ask('event', { open: after })).id
    while (!isOver && feed !== undefined) {
      const { items } = await ask('event', { next: feed })
      if (items === undefined) return
      for (const item of items) if (!isOver) listen(item)
    }
    if (feed !== undefined) await ask('event', { close: feed })
  }
  follow().catch(() => undefined)
  return () => {
    isOver = true
    if (feed !== undefined) ask('event', { close: feed }).catch(() => undefined)
  }
}

/** Null for a file that the page made itself. Nothing is opened. */
const pathOf = (file: Parameters<typeof webUtils.getPathForFile>[0]): string | null => {
  try {
    const path = webUtils.getPathForFile(file)
    return path === '' ? null : path
  } catch {
    return null
  }
}

contextBridge.exposeInMainWorld('holdfast', Object.freeze({ call, subscribe, pathOf }))

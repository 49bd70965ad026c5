/** Remembers how the connection stands and tells whoever watches. */
import type { Bridge, Connection } from './bridge.ts'

export function connectionBoard(): { readonly tell: (connection: Connection) => void; readonly watch: Bridge['watchConnection'] } {
  const watchers = new Set<(connection: Connection) => void>()
  let now: Connection = 'connecting'
  return {
    tell: (connection) => {
      if (connection === now) return
      now = connection
      for (const watch of watchers) watch(connection)
    },
    watch: (listen) => {
      watchers.add(listen)
      listen(now)
      return () => watchers.delete(listen)
    },
  }
}

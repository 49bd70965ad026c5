/** The one door from the window to the core: the desktop's preload or the console's HTTP, behind the same `Api`. Never rejects: a broken connection is a failure like any other. */
import type { Api } from '../main/contract/api.ts'
import { consoleBridge, exchangeToken } from './console-bridge.ts'
import { type DesktopPreload, desktopBridge } from './desktop-bridge.ts'

export type Connection = 'connecting' | 'open' | 'lost' | 'refused'

export interface Bridge extends Api {
  /** Where a file or folder lies that a person dropped here, or null; null itself in a browser, which tells no page. */
  readonly pathOf: ((file: File) => string | null) | null
  /** Calls `listen` now and on each change of the connection; returns how to stop. */
  watchConnection(listen: (connection: Connection) => void): () => void
}

declare global {
  interface Window {
    holdfast?: DesktopPreload
  }
}

/** Null when this is the console and nobody has shown a valid token: nothing can be read then. */
export async function openBridge(): Promise<Bridge | null> {
  if (window.holdfast !== undefined) return desktopBridge(window.holdfast)
  const bearer = await exchangeToken()
  return bearer === null ? null : consoleBridge(bearer)
}

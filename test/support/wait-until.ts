/** Waits for a condition that another process, or the other side of a socket, brings about. */
import { setTimeout as sleep } from 'node:timers/promises'

export async function waitUntil(condition: () => boolean, what: string, timeoutMs = 10_000): Promise<void> {
  const deadline = Date.now() + timeoutMs
  while (!condition()) {
    if (Date.now() > deadline) throw new Error(`Waited ${timeoutMs} ms in vain: ${what}`)
    await sleep(5)
  }
}

/** The door for programs elsewhere. An edition for the edge alone has none, and says so. */
import { fail } from '../domain/result.ts'
import { createServeDesk, type ServeDesk } from '../handlers/serve.ts'
import type { Services } from '../handlers/services.ts'
import type { ServeDoor } from '../world.ts'

const absent: ServeDoor = {
  open: async () => fail('serve.absent', 'This edition of Holdfast serves no programs elsewhere.', 'Use the edition for servers.'),
  close: async () => undefined,
  callsUnderWay: () => 0,
}

export type ServeParts = Pick<Services, 'settings' | 'station' | 'clock' | 'ceiling' | 'serveKeys'>

export function openServe(parts: ServeParts): { readonly desk: ServeDesk; close(): Promise<void> } {
  const door = absent
  return { desk: createServeDesk({ ...parts, door }), close: () => door.close() }
}

/** Stands in for the door for programs elsewhere in the edition for the edge alone: it cannot be opened, and says so. */
import { fail } from '../domain/result.ts'
import { createServeDesk } from '../handlers/serve.ts'
import type { ServeDoor } from '../world.ts'
import type { OpenedServe, ServeParts } from './serve.ts'

const leftOut = fail('serve.left_out', 'This edition of Holdfast serves no programs elsewhere.', 'Use the edition that does.')

const door: ServeDoor = { open: async () => leftOut, close: async () => undefined, callsUnderWay: () => 0 }

export function openServe(parts: ServeParts): OpenedServe {
  const desk = createServeDesk({ ...parts, door })
  return {
    desk: {
      ...desk,
      // Where another edition had opened it to stay, that stays so for the next one; here it is no trouble.
      resume: async () => undefined,
    },
    // Calls that another edition left under way are settled by it.
    settle: () => undefined,
    close: async () => undefined,
  }
}

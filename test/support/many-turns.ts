/** Lets everything that could go on without a clock go on, where a test says that nothing does. */
import { setImmediate as nextTurn } from 'node:timers/promises'

export async function manyTurns(count = 200): Promise<void> {
  for (let turn = 0; turn < count; turn++) await nextTurn()
}

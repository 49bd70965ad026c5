/** The machine's clock. It may jump; order rests on sequence numbers, never on it. */
import type { Clock } from '../world.ts'

export const systemClock: Clock = () => Date.now()

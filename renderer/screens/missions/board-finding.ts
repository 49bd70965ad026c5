/** What a worker leaves on the blackboard when its result was accepted, read as what it is. Pure. */
import * as z from 'zod'

const Finding = z.object({ shard: z.string(), runId: z.string(), claims: z.array(z.string()) })
export type Finding = z.infer<typeof Finding>

/** Null where the entry is words. */
export function readFinding(content: string): Finding | null {
  if (!content.startsWith('{')) return null
  try {
    return Finding.safeParse(JSON.parse(content)).data ?? null
  } catch {
    return null
  }
}

/** What the address of the agents says: which list stands there, and which file or pack of it is open. Pure. */

export const agentLists = ['agents', 'refused', 'packs'] as const
export type AgentsList = (typeof agentLists)[number]

export interface AgentsSearch {
  /** Absent = the agents themselves. */
  readonly show?: Exclude<AgentsList, 'agents'>
  /** A refused file or a pack, by its name. */
  readonly open?: string
}

const limits = { nameCharsMax: 300 } as const

export function agentsSearch(search: Readonly<Record<string, unknown>>, text: (value: unknown) => string | undefined): AgentsSearch {
  const show = agentLists.find((name) => name === search.show)
  if (show === undefined || show === 'agents') return {}
  const open = text(search.open)?.slice(0, limits.nameCharsMax)
  return open === undefined ? { show } : { show, open }
}

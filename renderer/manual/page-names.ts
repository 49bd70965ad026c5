/** Which pages the manual has and in which order they are shown. Small enough for every screen to name a page; the texts stand in `pages.ts`. */

export const manualGroups = [
  { title: 'Every day', pages: ['labels', 'missions', 'runs', 'agents', 'context'] },
  { title: 'What leaves this machine', pages: ['tiers', 'endpoints', 'policy', 'egress', 'serve'] },
  { title: 'Across the gap', pages: ['custody', 'bundles', 'appliance'] },
  { title: 'Proof and repair', pages: ['audit', 'health', 'troubleshooting'] },
] as const

export type ManualPageName = (typeof manualGroups)[number]['pages'][number]

export const manualPageNames: readonly ManualPageName[] = manualGroups.flatMap(({ pages }) => [...pages])

export const manualPageNamed = (name: string | undefined): ManualPageName | null => manualPageNames.find((page) => page === name) ?? null

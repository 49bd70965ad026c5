/** What each edition consists of: its entries, and which modules stand in for those that it goes without. */

export const editions = ['full', 'edge-only'] as const
export type Edition = (typeof editions)[number]

/** For which graphics processors builds of llama.cpp come along. Each is large, so there is none unless somebody asks. */
export const gpus = ['none', 'vulkan', 'cuda'] as const
export type Gpu = (typeof gpus)[number]

const gpuBuilds: Readonly<Record<Gpu, readonly string[]>> = { none: [], vulkan: ['vulkan'], cuda: ['cuda', 'cuda-ext'] }

export const gpuPackages = (gpu: Gpu, platform: string): readonly string[] =>
  gpuBuilds[gpu].map((build) => `@node-llama-cpp/${platform}-${build}`)
export const isGpuPackage = (name: string): boolean => /^@node-llama-cpp\/.*-(cuda|cuda-ext|vulkan)$/.test(name)

/** What a person, a service or the core itself starts, below `dist/`. Patterns: a new child or worker is found by its name. */
export const entryPatterns = ['main/cli/{start,holdfast}.js', 'main/**/*-{child,worker}.js'] as const

/** Below `dist/`: each module with the one that is shipped under its name. What only the first one imported is not shipped at all. */
export const standIns: Readonly<Record<Edition, Readonly<Record<string, string>>>> = {
  full: {},
  'edge-only': {
    'main/routing/endpoint-client.js': 'main/routing/endpoint-client-absent.js',
    'main/composition/serve.js': 'main/composition/serve-absent.js',
  },
}

/** Packages that are ways out, or tools of a developer: in no edition. Something that is shipped loads them, so each has a module in its place. */
export const absentPackages: Readonly<Record<string, string>> = {
  ipull: 'scripts/appliance/absent/ipull.js',
  'simple-git': 'scripts/appliance/absent/simple-git.js',
}

/** Named by something that is shipped, in code that never runs here, and left out without anything in their place. */
export const leftOutPackages: ReadonlyArray<{ readonly pattern: RegExp; readonly why: string }> = [
  { pattern: /^@huggingface\/transformers$/, why: 'LanceDB would embed by it; the core embeds by itself' },
  { pattern: /^openai$/, why: 'LanceDB would ask a service for embeddings by it' },
  { pattern: /^electron$/, why: 'the appliance has no window of its own' },
]

/** The rules of the house as data: which room may import which, where each dangerous package lives, what the pure layer may not name. */

/** Rooms below `main/`, each with the rooms it may import. A file directly in `main/` is a room of its own name. */
const leaf = ['domain', 'world.ts', 'child-main.ts'] as const
const frame = ['domain', 'contract', 'core.ts', 'dispatch.ts', 'platform', 'world.ts'] as const
const parts = ['platform', 'store', 'models', 'memory', 'context', 'tools', 'routing', 'policy', 'exports', 'telemetry', 'airgap'] as const

export const arrows: Readonly<Record<string, readonly string[]>> = {
  domain: [],
  contract: ['domain'],
  'world.ts': ['domain'],
  // A child refuses every way out, and tells the core.
  'child-main.ts': ['domain', 'platform'],
  'version.ts': [],
  'core.ts': frame,
  'dispatch.ts': frame,
  'feed.ts': frame,
  'waiting-feed.ts': frame,
  'core-link.ts': frame,
  'core-keeper.ts': [...frame, 'core-link.ts'],
  platform: leaf,
  store: leaf,
  models: leaf,
  memory: leaf,
  context: leaf,
  tools: leaf,
  routing: leaf,
  policy: leaf,
  exports: leaf,
  telemetry: leaf,
  airgap: leaf,
  runs: ['domain', 'world.ts', ...parts],
  triggers: ['domain', 'world.ts', ...parts],
  handlers: ['domain', 'contract', 'world.ts', 'dispatch.ts', 'feed.ts', 'runs', 'triggers', ...parts],
  composition: ['domain', 'world.ts', 'feed.ts', 'handlers', 'runs', 'triggers', 'serve', ...parts],
  // What it needs of the core arrives as functions.
  serve: ['domain', 'world.ts'],
  'app.ts': [
    'domain',
    'world.ts',
    'version.ts',
    'core.ts',
    'dispatch.ts',
    'feed.ts',
    'composition',
    'handlers',
    'runs',
    'triggers',
    ...parts,
  ],
  console: ['domain', 'contract', 'world.ts', 'core.ts', 'platform'],
  electron: ['domain', 'contract', 'core.ts', 'core-keeper.ts', 'waiting-feed.ts', 'console', 'platform'],
  // A policy is signed without a core.
  cli: [
    'domain',
    'contract',
    'world.ts',
    'version.ts',
    'core.ts',
    'core-link.ts',
    'core-keeper.ts',
    'app.ts',
    'console',
    'platform',
    'policy',
    // Bundles are packed and signed without a core.
    'airgap',
    // So is the sheet that goes with them.
    'exports',
  ],
}

/** Packages and modules that may be imported in one room only. */
export const homes: Readonly<Record<string, readonly string[]>> = {
  electron: ['main/electron/'],
  'node-llama-cpp': ['main/models/'],
  '@lancedb/lancedb': ['main/memory/'],
  'better-sqlite3': ['main/store/'],
  'node:sqlite': ['main/store/'],
  'node:child_process': ['main/platform/'],
  'node:net': ['main/platform/'],
  'node:dgram': ['main/platform/'],
  'node:dns': ['main/platform/'],
  'node:tls': ['main/platform/'],
  'node:http': ['main/platform/', 'main/console/', 'main/serve/'],
  'node:https': ['main/serve/'],
  'node:http2': ['main/platform/'],
  'node:worker_threads': ['main/store/', 'main/platform/', 'main/exports/', 'main/composition/tree-'],
  undici: ['main/routing/'],
  hono: ['main/console/'],
  '@hono/node-server': ['main/console/'],
  mammoth: ['main/memory/parse/'],
  '@hyzyla/pdfium': ['main/memory/parse/'],
  'pdfjs-dist': ['renderer/'],
  react: ['renderer/'],
  'react-dom': ['renderer/'],
  commander: ['main/cli/'],
  pino: ['main/telemetry/'],
  'prom-client': ['main/telemetry/'],
  'pdf-lib': ['main/exports/', 'scripts/'],
  tar: ['main/airgap/', 'scripts/'],
  docx: ['main/exports/', 'scripts/'],
  '@pdf-lib/fontkit': ['main/exports/'],
}

/** What the pure layer may not name: a clock, a die, the machine. */
export const impure: ReadonlySet<string> = new Set([
  ...['Date', 'performance', 'process', 'globalThis', 'setTimeout', 'setInterval', 'setImmediate', 'queueMicrotask'],
  ...['fetch', 'crypto', 'eval', 'Function', 'Buffer', 'console', 'require', 'Worker', 'WebSocket'],
])

export const limits = { fileLinesMax: 400 } as const

/** What may stand at the top of the repository. */
export const topLevel: readonly string[] = [
  ...['package.json', 'package-lock.json', 'tsconfig.json', 'main', 'renderer', 'models-manifest', 'scripts', 'test', 'manual'],
  ...['electron-builder.yml', 'README.md', 'LICENSE', 'biome.json', '.npmrc', '.ci', '.github', '.gitignore'],
]

/** Loaded by child processes alone, each of which needs only a part of it. */
export const childFolders: readonly string[] = ['main/memory/parse/']

/** Files that no import leads to and that the program reads all the same, as patterns. Each is named by who reads it. */

import { type Gpu, gpuPackages } from './editions.ts'
import type { Platform } from './platforms.ts'

/** Of the project itself, from its root. */
export const ownData: readonly string[] = [
  // The core: tables, agents, the sample case, the models that a tier is delivered with.
  'dist/main/store/migrations/*.sql',
  'dist/main/agents/**/*.{yaml,md,json}',
  'dist/main/sample-case/**/*.{yaml,json,pdf,docx,html,md,txt,csv}',
  'dist/models-manifest/*.json',
  // The console.
  'dist/renderer/**/*',
  // People, the system's own service manager and firewall, and a verifier elsewhere.
  'LICENSE',
  'manual/**/*',
  'scripts/appliance/holdfast.service',
  'scripts/appliance/holdfast.nft',
  'scripts/audit-verifier.mjs',
]

/** Of packages, by name, for a platform. Counts only where something imports the package. */
export function packageData({ name: platform, os, cpu }: Platform, gpu: Gpu): Readonly<Record<string, readonly string[]>> {
  return {
    'better-sqlite3': [`prebuilds/${os}-${cpu}.node`],
    '@hyzyla/pdfium': ['dist/pdfium.wasm'],
    ...Object.fromEntries([`@node-llama-cpp/${platform}`, ...gpuPackages(gpu, platform)].map((name) => [name, ['bins/**/*']])),
    // Which release of llama.cpp its builds are; the library and the record of each run read it.
    'node-llama-cpp': ['llama/binariesGithubRelease.json', 'llama/llama.cpp.info.json'],
    // What its makers say of the licences of what is compiled into it.
    '@lancedb/lancedb': ['RUST_THIRD_PARTY_LICENSES.html', 'NODEJS_THIRD_PARTY_LICENSES.md'],
  }
}

/** Packages that are data alone: a file of theirs is found by its name, and no import leads into them. */
export const dataPackages: Readonly<Record<string, readonly string[]>> = {
  // The type of PDF papers.
  '@fontsource/ibm-plex-sans': [
    'package.json',
    'files/ibm-plex-sans-{latin,latin-ext,greek,cyrillic,cyrillic-ext,vietnamese}-{400,600}-normal.woff',
  ],
}

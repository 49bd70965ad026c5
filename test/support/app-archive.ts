/** Archives as the appliance has them, on a small scale: one top folder, a list of files, and a program that says what a test wants. */
import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { createReadStream, createWriteStream, mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { createZstdCompress } from 'node:zlib'

export const wellReport = JSON.stringify({ checks: [{ id: 'store', title: 'Run store', outcome: 'passed', detail: 'Whole.' }] })
export const badReport = JSON.stringify({
  checks: [{ id: 'store', title: 'Run store', outcome: 'failed', detail: 'Written by a newer one.' }],
})

/** A Node that prints a report, whatever it is asked. */
const nodeSaying = (report: string): string => `#!/bin/sh\ncat <<'END'\n${report}\nEND\n`

export interface AppOptions {
  readonly version?: string
  readonly report?: string
  readonly edition?: string
  /** Files by their paths in the tree. */
  readonly more?: Readonly<Record<string, string>>
  /** Changes the tree after its list was written. */
  readonly spoil?: (tree: string) => void
}

/** Writes the tree below `folder`, and packs it; returns the archive. */
export async function makeApp(
  folder: string,
  { version = '1.0.0', report = wellReport, edition = 'full', more = {}, spoil }: AppOptions = {},
): Promise<string> {
  const tree = join(folder, 'holdfast-app')
  const files: Record<string, string> = {
    node: nodeSaying(report),
    'dist/main/cli/holdfast.js': `// ${version}\n`,
    'launcher.sh': '#!/bin/sh\n',
    holdfast: '#!/bin/sh\n',
    // As the appliance writes it.
    'dist/package.json': `${JSON.stringify({ name: 'holdfast', version, edition }, null, 2)}\n`,
    ...more,
  }
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(tree, path)), { recursive: true })
    writeFileSync(join(tree, path), text, { mode: path === 'node' || path === 'holdfast' ? 0o755 : 0o644 })
  }
  const listed = Object.entries(files)
    .map(([path, text]) => ({ path, size: Buffer.byteLength(text), sha256: createHash('sha256').update(text).digest('hex') }))
    .sort((a, b) => (a.path < b.path ? -1 : 1))
  const about = { format: 1, product: 'holdfast', version, platform: 'linux-x64', edition, gpu: 'none', files: listed }
  writeFileSync(join(tree, 'integrity.json'), JSON.stringify(about))
  spoil?.(tree)
  const plain = join(folder, 'app.tar')
  // The system's own, since the library would wait for what a pipe has to say.
  execFileSync('tar', ['-C', folder, '-cf', plain, 'holdfast-app'])
  const archive = join(folder, 'app.tar.zst')
  await pipeline(createReadStream(plain), createZstdCompress(), createWriteStream(archive))
  return archive
}

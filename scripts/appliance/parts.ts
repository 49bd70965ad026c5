/** The parts that npm does not know: what lies inside of binaries. Each is read from the packages or from the binaries; what they do not say is left open. */
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import * as z from 'zod'
import { Refusal } from '../refuse.ts'
import type { Platform } from './platforms.ts'

export interface Part {
  readonly name: string
  /** Null where nothing says it. */
  readonly version: string | null
  /** SPDX; null where nothing says it. */
  readonly licence: string | null
  readonly purl: string | null
  readonly description: string
  /** Of the file, where it is one. */
  readonly sha256: string | null
  /** What is compiled into it. */
  readonly inside: readonly Part[]
}

const bare = { version: null, licence: null, purl: null, sha256: null, inside: [] } as const
const json = <T>(file: string, schema: z.ZodType<T>): T => schema.parse(JSON.parse(readFileSync(file, 'utf8')))
const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex')

/** The same release runs this build, so that it can be asked what is in it. */
function nodePart(packages: string, { node }: Platform): Part {
  const { version } = json(join(packages, node.packageName, 'package.json'), z.object({ version: z.string() }))
  if (version !== process.versions.node) {
    throw new Refusal(
      `Node ${version} would be shipped, and this is Node ${process.versions.node}. What is in it cannot be asked. Run npm run appliance.`,
    )
  }
  const { node: _itself, modules: _abi, napi: _api, unicode: _standard, ...inside } = process.versions
  return {
    ...bare,
    ...{ name: 'node', version, licence: 'MIT', purl: `pkg:github/nodejs/node@v${version}` },
    description: 'Runs everything. What it is built from stands inside; its own fetch is there too, and the guard refuses it.',
    sha256: sha256(readFileSync(join(packages, node.packageName, node.file))),
    inside: Object.entries(inside)
      .filter(([, one]) => one !== undefined && one !== '')
      .map(([name, one = '']) => ({ ...bare, name, version: one, description: 'Built into Node.' })),
  }
}

function llamaPart(packages: string): Part {
  const folder = join(packages, 'node-llama-cpp/llama')
  const { release } = json(join(folder, 'binariesGithubRelease.json'), z.object({ release: z.string() }))
  const { llamaCppGithubRepo: repo } = json(join(folder, 'llama.cpp.info.json'), z.object({ llamaCppGithubRepo: z.string() }))
  return {
    ...bare,
    ...{ name: 'llama.cpp', version: release, licence: 'MIT', purl: `pkg:github/${repo}@${release}` },
    description: 'Inference. Its builds lie in the package @node-llama-cpp of this platform.',
  }
}

function sqlitePart(): Part {
  const db = new Database(':memory:')
  const Versions = z.object({ sqlite: z.string(), ciphers: z.string() })
  const { sqlite, ciphers } = Versions.parse(db.prepare('SELECT sqlite_version() AS sqlite, sqlite3mc_version() AS ciphers').get())
  db.close()
  const version = /(\d[\d.]*)$/.exec(ciphers)?.[1] ?? null
  return {
    ...bare,
    ...{ name: 'SQLite3 Multiple Ciphers', version, licence: 'MIT' },
    purl: `pkg:github/utelle/SQLite3MultipleCiphers@v${version}`,
    description: 'The store. Its build lies in the package better-sqlite3.',
    inside: [{ ...bare, name: 'SQLite', version: sqlite, licence: 'blessing', description: 'As the build of the store says.' }],
  }
}

/** What PDFium is built from, by a text that only each of them has. What leaves no text cannot be told. */
const insidePdfium: ReadonlyArray<readonly [name: string, licence: string, mark: string]> = [
  ['FreeType', 'FTL', 'FREETYPE_PROPERTIES'],
  ['Little CMS', 'MIT', 'cmsWhitePointFromTemp'],
  ['OpenJPEG', 'BSD-2-Clause', 'opj_read_header'],
  ['zlib', 'Zlib', 'incorrect header check'],
]

function pdfiumPart(packages: string): Part {
  const bytes = readFileSync(join(packages, '@hyzyla/pdfium/dist/pdfium.wasm'))
  return {
    ...bare,
    ...{ name: 'PDFium', licence: 'BSD-3-Clause AND Apache-2.0' },
    description:
      'Reads PDFs, as WebAssembly. The package that holds it does not say which release it is; what is built into it may be more.',
    sha256: sha256(bytes),
    inside: insidePdfium
      .filter(([, , mark]) => bytes.includes(mark))
      .map(([name, licence]) => ({ ...bare, name, licence, description: 'Known by a text in the build; its release is not in it.' })),
  }
}

/** Crates whose sources a native library names in its messages: those are in it for certain; others may be, too. */
export function cratesNamedIn(bytes: Buffer): readonly Part[] {
  const found = new Set<string>()
  const mark = Buffer.from('/registry/src/index.crates.io-')
  for (let at = bytes.indexOf(mark); at !== -1; at = bytes.indexOf(mark, at + mark.length)) {
    const text = bytes.toString('latin1', at + mark.length, at + mark.length + 200)
    const crate = /^[0-9a-f]+\/([A-Za-z][\w-]*?)-(\d+\.\d+\.\d+[\w.+-]*)\//.exec(text)
    if (crate !== null) found.add(`${crate[1]}@${crate[2]}`)
  }
  return [...found].sort().map((crate) => {
    const [name = '', version = ''] = crate.split('@')
    return { ...bare, name, version, purl: `pkg:cargo/${name}@${encodeURIComponent(version)}`, description: 'Named by the library itself.' }
  })
}

function lancePart(packages: string, { native, name }: Platform): Part {
  const holder = native.find((one) => one.startsWith('@lancedb/')) ?? ''
  const { main } = json(join(packages, holder, 'package.json'), z.object({ main: z.string() }))
  const bytes = readFileSync(join(packages, holder, main))
  return {
    ...bare,
    name: 'LanceDB native library',
    description: `The vector index for ${name}. It can speak HTTP by itself, and is never told to; an empty network namespace keeps it from it.`,
    sha256: sha256(bytes),
    inside: cratesNamedIn(bytes),
  }
}

export function partsOf(packages: string, platform: Platform): readonly Part[] {
  return [nodePart(packages, platform), llamaPart(packages), sqlitePart(), pdfiumPart(packages), lancePart(packages, platform)]
}

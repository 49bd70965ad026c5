/** Which build of the inference library and of llama.cpp lies on this machine, for the record of a run. */
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import * as z from 'zod'

const Package = z.object({ version: z.string().max(60) })
const Release = z.object({ release: z.string().max(60) })

/** The library's folder is found beside its entry; nothing of it is loaded. */
const read = (place: string): unknown =>
  JSON.parse(readFileSync(fileURLToPath(new URL(place, import.meta.resolve('node-llama-cpp'))), 'utf8'))

/** As `node-llama-cpp 3.22.1, llama.cpp v0.5.0`; `unknown` where it cannot be read. */
export function inferenceBuild(): string {
  try {
    const { version } = Package.parse(read('../package.json'))
    const { release } = Release.parse(read('../llama/binariesGithubRelease.json'))
    return `node-llama-cpp ${version}, llama.cpp ${release}`
  } catch {
    return 'unknown'
  }
}

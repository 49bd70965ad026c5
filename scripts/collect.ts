/**
 * `npm run -s collect -- --profile analyst-8gb --out DIR`: on a connected machine, fetches what a bundle needs from elsewhere, checks it
 * against what its makers published, and writes collected.json for the packer. Stopped with Ctrl-C, it goes on where it was.
 */
import { readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { BundleProfiles, profileNames } from '../main/domain/bundle-profile.ts'
import { collectedKinds, collectPlatforms } from '../main/domain/collected.ts'
import { ModelList } from '../main/domain/model-manifest.ts'
import { type CollectOptions, collect } from './collect/collect.ts'
import { createProgress } from './collect/progress.ts'
import { readSources, sourceNames } from './collect/sources.ts'
import { Refusal } from './refuse.ts'

const root = join(import.meta.dirname, '..')
const exit = { success: 0, refused: 1, usage: 2, stopped: 130 } as const
const usage = `npm run -s collect -- --profile NAME --out DIR [options]

  --profile NAME        ${profileNames.join(', ')}
  --platform NAME       ${collectPlatforms.join(', ')} (default: linux-x64)
  --out DIR             where it is collected; what is there with the right hash is not fetched again
  --plan                say what would be fetched, from where and how large it is, and stop
  --only KIND           take ${collectedKinds.join(', ')} alone; no collected.json is written
  --from DIR            take everything from this folder, and ask nobody
  --mirror SOURCE=URL   ask a mirror of ${sourceNames.join(', ')}; may be given more than once
  --lists DIR           edge.json and profiles.json of your own (default: models-manifest)
`

const readJson = (path: string) => JSON.parse(readFileSync(path, 'utf8'))

type Asked = Omit<CollectOptions, 'signal' | 'say' | 'onProgress' | 'now'>

/** Null for what cannot be understood. */
function readOptions(args: readonly string[]): Asked | null {
  const { values } = parseArgs({
    args: [...args],
    options: {
      ...{ profile: { type: 'string' }, platform: { type: 'string', default: 'linux-x64' }, out: { type: 'string' } },
      ...{ plan: { type: 'boolean', default: false }, from: { type: 'string' }, only: { type: 'string' }, lists: { type: 'string' } },
      mirror: { type: 'string', multiple: true, default: [] },
    },
  })
  const here = (path: string) => resolve(process.env.INIT_CWD ?? process.cwd(), path)
  const lists = values.lists === undefined ? join(root, 'models-manifest') : here(values.lists)
  const { profiles } = BundleProfiles.parse(readJson(join(lists, 'profiles.json')))
  const profile = profiles.find(({ name }) => name === values.profile)
  const platform = collectPlatforms.find((name) => name === values.platform)
  const only = values.only === undefined ? null : collectedKinds.find((kind) => kind === values.only)
  if (profile === undefined || platform === undefined || only === undefined || values.out === undefined) return null
  const electron = join(root, 'node_modules', 'electron')
  return {
    ...{
      profile,
      platform,
      folder: here(values.out),
      from: values.from === undefined ? null : here(values.from),
      isPlanOnly: values.plan,
      only,
    },
    sources: readSources(values.mirror),
    known: {
      models: ModelList.parse(readJson(join(lists, 'edge.json'))).models,
      electronVersion: readJson(join(electron, 'package.json')).version,
      electronSums: readJson(join(electron, 'checksums.json')),
    },
  }
}

async function main(): Promise<number> {
  const stopped = new AbortController()
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => stopped.abort())
  const progress = createProgress(process.stderr, Date.now)
  try {
    const asked = readOptions(process.argv.slice(2))
    if (asked === null) {
      process.stderr.write(usage)
      return exit.usage
    }
    const watch = { signal: stopped.signal, say: progress.say, onProgress: progress.show, now: () => new Date() }
    const collected = await collect({ ...asked, ...watch })
    progress.endLine()
    if (collected !== null) process.stdout.write(`${join(asked.folder, 'collected.json')}\n`)
    return exit.success
  } catch (error) {
    progress.endLine()
    if (stopped.signal.aborted) {
      progress.say('Stopped. Run the same command again to go on where it was.')
      return exit.stopped
    }
    if ((error as NodeJS.ErrnoException).code?.startsWith('ERR_PARSE_ARGS') === true) {
      process.stderr.write(`${(error as Error).message}\n${usage}`)
      return exit.usage
    }
    if (!(error instanceof Refusal)) throw error
    progress.say(error.message)
    return exit.refused
  }
}

process.exit(await main())

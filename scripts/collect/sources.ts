/** Where things are published, and which other hosts each place hands its downloads over to. Nothing else is ever asked. */
import { refuse } from '../refuse.ts'

export const sourceNames = ['huggingface', 'electron', 'npm', 'builder'] as const
export type SourceName = (typeof sourceNames)[number]

export interface Source {
  readonly base: string
  /** Hosts that a redirect may lead to; a leading dot stands for every host below. */
  readonly handsOverTo: readonly string[]
}
export type Sources = Readonly<Record<SourceName, Source>>

const publicSources: Sources = {
  huggingface: { base: 'https://huggingface.co', handsOverTo: ['huggingface.co', '.huggingface.co', '.hf.co'] },
  electron: { base: 'https://github.com/electron/electron/releases/download', handsOverTo: ['.githubusercontent.com'] },
  // As npm itself is told; it says so to every script that it runs.
  npm: { base: (process.env.npm_config_registry ?? 'https://npm-registry-is-not-set.invalid').replace(/\/+$/, ''), handsOverTo: [] },
  builder: {
    base: 'https://github.com/electron-userland/electron-builder-binaries/releases/download',
    handsOverTo: ['.githubusercontent.com'],
  },
}

const isLoopback = ({ hostname }: URL): boolean => ['127.0.0.1', '[::1]', 'localhost'].includes(hostname)

/** Whether bytes may be asked for there: over TLS, or of this machine itself. */
export const isSafe = (url: URL): boolean => url.protocol === 'https:' || (url.protocol === 'http:' && isLoopback(url))

/** `name=URL` replaces a source by a mirror of the site, which must hold everything itself. */
export function readSources(mirrors: readonly string[]): Sources {
  const sources: Record<SourceName, Source> = { ...publicSources }
  for (const mirror of mirrors) {
    const [named = '', base = ''] = mirror.split(/=(.*)/s)
    const name =
      sourceNames.find((known) => known === named) ?? refuse(`There is no source ${named}.`, `Name one of ${sourceNames.join(', ')}.`)
    const url = URL.canParse(base) ? new URL(base) : refuse(`The mirror ${base} is no address.`, 'Give it as https://host/path.')
    if (!isSafe(url)) refuse(`The mirror ${base} is not reached over TLS.`, 'Give it as https://host/path.')
    sources[name] = { base: base.replace(/\/+$/, ''), handsOverTo: [] }
  }
  return sources
}

/** Whether an answer from `from` may hand over to `to`. */
export function mayHandOver(source: Source, from: URL, to: URL): boolean {
  if (to.username !== '' || to.password !== '') return false
  if (to.origin === from.origin || to.origin === new URL(source.base).origin) return isSafe(to)
  return (
    to.protocol === 'https:' &&
    source.handsOverTo.some((host) => (host.startsWith('.') ? to.hostname.endsWith(host) : to.hostname === host))
  )
}

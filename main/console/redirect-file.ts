/** Sends the browser to a secret address through a file that only this account can read: a command line can be read by every account. */
import { randomBytes } from 'node:crypto'
import { readdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

const prefix = 'open-'
const ending = '.html'

export interface RedirectFile {
  readonly file: string
  remove(): void
}

/** Deletes what an earlier core left behind. */
export function removeRedirectFiles(folder: string): void {
  for (const name of readdirSync(folder)) {
    if (name.startsWith(prefix) && name.endsWith(ending)) rmSync(join(folder, name), { force: true })
  }
}

/** `url` is our own: a loopback address with a base64url token. The file is gone after `ttlMs` at the latest. */
export function writeRedirectFile(folder: string, url: string, ttlMs: number): RedirectFile {
  const file = join(folder, `${prefix}${randomBytes(8).toString('hex')}${ending}`)
  const head = '<!doctype html><meta charset="utf-8"><meta name="referrer" content="no-referrer"><title>Holdfast</title>'
  const page = `${head}<meta http-equiv="refresh" content="0; url=${url}">`
  writeFileSync(file, `${page}\n`, { mode: 0o600, flag: 'wx' })
  const remove = () => {
    clearTimeout(timer)
    rmSync(file, { force: true })
  }
  const timer = setTimeout(remove, ttlMs)
  timer.unref()
  return { file, remove }
}

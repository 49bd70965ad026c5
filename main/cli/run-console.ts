/** The console shell as a program: a core, the page on a loopback port, and links into it. A link is a secret, shown to its asker only. */
import { existsSync } from 'node:fs'
import { extname, join } from 'node:path'
import { removeRedirectFiles, writeRedirectFile } from '../console/redirect-file.ts'
import { startConsole } from '../console/server.ts'
import { sessionLimits } from '../console/sessions.ts'
import { fail, ok, type Result } from '../domain/result.ts'
import { systemClock } from '../platform/clock.ts'
import { hasDisplay, openFile } from '../platform/desktop-session.ts'
import { calledAs } from './called-as.ts'
import { consoleUrlCall, noConsole } from './console.ts'
import { openOwnCore, toldToEnd } from './own-core.ts'

/** The built page: beside the emitted tree, or where the build puts it when this runs from source. */
const pageFolder = join(import.meta.dirname, ...(extname(import.meta.filename) === '.ts' ? ['..', '..', 'dist'] : ['..', '..']), 'renderer')

const noPage = fail('console.page_missing', 'The page of Holdfast is not built.', 'Start it with npm start, which builds it.')

export interface ConsoleOptions {
  readonly data: string | undefined
  /** 0 takes a free one. */
  readonly port: number
  /** Whether a browser may be opened. */
  readonly isOpening: boolean
}

/** Sends the person's browser to the console. True when a program took the file. */
async function openBrowser(folder: string, url: string): Promise<{ readonly isOpened: boolean; readonly done: () => void }> {
  const redirect = writeRedirectFile(folder, url, sessionLimits.redirectMs)
  const isOpened = await openFile(redirect.file)
  if (!isOpened) redirect.remove()
  return { isOpened, done: redirect.remove }
}

/** Runs until it is told to end. */
export async function runConsole({ data, port, isOpening }: ConsoleOptions): Promise<Result<null>> {
  if (!existsSync(join(pageFolder, 'index.html'))) return noPage
  const ended = toldToEnd()
  let link: ((ttlMs: number) => string) | null = null
  const opened = await openOwnCore(data, {
    [consoleUrlCall]: async () => (link === null ? noConsole : ok({ url: link(sessionLimits.linkMs) })),
  })
  if (!opened.ok) return opened
  const { app, paths, account, close } = opened.value
  removeRedirectFiles(paths.data)
  let removeRedirect: () => void = () => undefined
  const shell = await startConsole({ core: app, page: pageFolder, account, clock: systemClock, onTokenUsed: () => removeRedirect() }, port)
  if (!shell.ok) {
    await close()
    return shell
  }
  link = shell.value.link
  process.stdout.write(`Holdfast runs at ${shell.value.url}\n`)
  let isOpened = false
  if (isOpening && hasDisplay()) {
    const browser = await openBrowser(paths.data, shell.value.link(sessionLimits.redirectMs))
    removeRedirect = browser.done
    isOpened = browser.isOpened
  }
  process.stdout.write(
    isOpened
      ? `Your browser opens it now. For another link: ${calledAs.holdfast} console url\n`
      : `For a link that opens it: ${calledAs.holdfast} console url\n`,
  )
  process.stdout.write('Ctrl-C ends it.\n')
  await ended
  removeRedirect()
  await shell.value.close()
  await close()
  return ok(null)
}

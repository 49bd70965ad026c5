/** `npm run desktop:fetch`: on a connected machine, fetches Electron's binary and checks it against the sums in its package. */
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'

const folder = join(import.meta.dirname, '..', 'node_modules', 'electron')

process.stderr.write('Fetching the desktop program from its release page; this needs a network.\n')
const fetched = spawnSync(process.execPath, [join(folder, 'install.js')], { stdio: ['ignore', 2, 2] })
if (fetched.status !== 0 || !existsSync(join(folder, 'path.txt'))) {
  process.stderr.write('It could not be fetched. The console needs no desktop: npm start -- --console\n')
  process.exit(1)
}
process.stderr.write('The desktop is there. npm start opens it from now on.\n')

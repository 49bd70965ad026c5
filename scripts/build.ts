/** Builds what ships, into `dist/`: the emitted core with its data files beside it, and the window. */
import { execFileSync } from 'node:child_process'
import { cpSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

const root = join(import.meta.dirname, '..')
const dist = join(root, 'dist')

/** Data that the emitted code reads where the source has it. */
const data = ['main/store/migrations', 'main/agents', 'main/sample-case', 'models-manifest', 'package.json']

const beganAt = new Date()
const run = (...args: readonly string[]) => execFileSync(process.execPath, [...args], { cwd: root, stdio: 'inherit' })

for (const path of ['main', 'scripts', 'models-manifest', 'renderer', '.domain.tsbuildinfo', '.main.tsbuildinfo']) {
  rmSync(join(dist, path), { recursive: true, force: true })
}
run('node_modules/typescript/bin/tsc', '-b', 'main')
for (const path of data) cpSync(join(root, path), join(dist, path), { recursive: true })
run('node_modules/vite/bin/vite.js', 'build', '--config', 'renderer/vite.config.ts', '--logLevel', 'warn')

// As a start leaves it, which builds the window anew without: it bears the time at which the build began.
const stamp = join(dist, 'renderer', '.built')
writeFileSync(stamp, '')
utimesSync(stamp, beganAt, beganAt)

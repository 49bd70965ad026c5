/** A stand-in for Electron's release zip: its files by name, and a real program with a wire of fuses, all switched the wrong way. */
import { readFileSync, writeFileSync } from 'node:fs'
import { zipSync } from 'fflate'

export const sentinel = 'dL7pKGdnNz796PbbjQWNKmHXBZaB9tsX'

/** A wire of version 1 with the given states, one character a fuse. */
export const fuseWire = (states: string): Buffer =>
  Buffer.concat([Buffer.from(sentinel, 'latin1'), Buffer.from([1, states.length]), Buffer.from(states, 'latin1')])

/** As Electron ships them, but for those that are on and off by mistake here. */
export const shippedFuses = '101100011'

const program = (): Buffer => readFileSync('/bin/true')

/** Where the fuses stand in a program of some size, as in the real one. */
export const standInProgram = (): Buffer =>
  Buffer.concat([program(), Buffer.alloc(4_096, 7), fuseWire(shippedFuses), Buffer.alloc(4_096, 9)])

const data = (text: string): Buffer => Buffer.from(`${text}\n`)

/** Writes the zip; the modes of its programs are in it. */
export function writeStandInZip(file: string): void {
  const programs = {
    electron: standInProgram(),
    'chrome-sandbox': program(),
    chrome_crashpad_handler: program(),
    'libffmpeg.so': program(),
  }
  const rest = [
    ...['chrome_100_percent.pak', 'chrome_200_percent.pak', 'icudtl.dat', 'resources.pak', 'snapshot_blob.bin'],
    ...['v8_context_snapshot.bin', 'LICENSE', 'LICENSES.chromium.html', 'version', 'locales/en-US.pak', 'resources/default_app.asar'],
  ]
  const entries = [
    ...Object.entries(programs).map(([name, bytes]) => [name, [bytes, { os: 3, attrs: 0o100755 << 16 }]] as const),
    ...rest.map((name) => [name, [data(name), { os: 3, attrs: 0o100644 << 16 }]] as const),
  ]
  writeFileSync(file, zipSync(Object.fromEntries(entries.map(([name, [bytes, how]]) => [name, [new Uint8Array(bytes), how]]))))
}

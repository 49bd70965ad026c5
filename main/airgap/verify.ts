/** A look at a bundle, and then every file that lies there, against what was signed. Writes nothing. */
import { ok, type Result } from '../domain/result.ts'
import type { LoadStation, LoadWatch } from './load-station.ts'
import { look } from './look.ts'

export interface Verified {
  readonly digest: string
  /** Files of it that lie on other volumes, by their paths. */
  readonly elsewhere: readonly string[]
}

export async function verify(station: LoadStation, folder: string, { signal, onStep }: LoadWatch): Promise<Result<Verified>> {
  const looked = await look(station, folder, signal)
  if (!looked.ok) return looked
  const { digest, present, absent } = looked.value.inspected
  const files = present.map(({ path, size, sha256 }) => ({ path, size, sha256 }))
  const total = files.reduce((sum, { size }) => sum + size, 0)
  let done = 0
  onStep?.('verify', done, total)
  const onBytes = (bytes: number) => {
    done += bytes
    onStep?.('verify', done, total)
  }
  const checked = await station.checkFiles(folder, files, { signal, onBytes })
  return checked.ok ? ok({ digest, elsewhere: absent.map(({ path }) => path) }) : checked
}

/** Fetches the package that an artifact lies in, checks the package, and leaves the one file of it. */
import { createHash } from 'node:crypto'
import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { refuse } from '../refuse.ts'
import { type Fetched, type Fetching, fetchFile } from './fetch-file.ts'
import { type OcrPackage, readTarMember } from './ocr-data.ts'

export async function fetchFromPackage(fetching: Fetching, data: OcrPackage): Promise<Fetched> {
  const archive = `${fetching.target}.package`
  await fetchFile({ ...fetching, target: archive, sha256: null, sizeBytes: data.packageBytes })
  try {
    const bytes = readFileSync(archive)
    const integrity = `sha512-${createHash('sha512').update(bytes).digest('base64')}`
    if (integrity !== data.integrity)
      refuse(
        `${fetching.url} is not what was published: it has ${integrity}, and should have ${data.integrity}.`,
        'Try another time, or another mirror.',
      )
    const file = readTarMember(bytes, data.member)
    const sha256 = createHash('sha256').update(file).digest('hex')
    if (sha256 !== data.fileSha256) refuse(`${data.member} is not the file that is on record.`, 'Correct scripts/collect/ocr-data.ts.')
    writeFileSync(`${fetching.target}.taking`, file)
    renameSync(`${fetching.target}.taking`, fetching.target)
    return { sha256, sizeBytes: file.length, publishedSha256: sha256, revision: null }
  } finally {
    rmSync(archive, { force: true })
  }
}

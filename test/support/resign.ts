/** What whoever holds the keys could sign, and the packer would not make: a manifest of any kind, with all lists and signatures made to fit. */
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { readManifest } from '../../main/domain/airgap/manifest.ts'
import { writeStrictJson } from '../../main/domain/airgap/strict-json.ts'
import { readSums, writeManifestText, writeSums } from '../../main/domain/airgap/sums.ts'
import { signBytes } from '../../main/domain/minisign.ts'
import { ed25519 } from '../../main/policy/ed25519.ts'
import { idOf, type person, sha256 } from './airgap.ts'

export function resign(
  at: string,
  manifest: unknown,
  signers: readonly ReturnType<typeof person>[],
  text = writeStrictJson(manifest),
): void {
  for (const name of readdirSync(at).filter((one) => one.endsWith('.minisig'))) rmSync(join(at, name))
  writeFileSync(join(at, 'BUNDLE.json'), text)
  const read = readManifest(text)
  if (read !== null) writeFileSync(join(at, 'MANIFEST.txt'), writeManifestText(read))
  const sums = readSums(readFileSync(join(at, 'SHA256SUMS'), 'utf8')) ?? []
  const anew = (path: string) => path === 'BUNDLE.json' || path === 'MANIFEST.txt'
  writeFileSync(
    join(at, 'SHA256SUMS'),
    writeSums(sums.map((sum) => (anew(sum.path) ? { ...sum, sha256: sha256(readFileSync(join(at, sum.path))) } : sum))),
  )
  rmSync(join(at, 'VOLUME.json'), { force: true })
  rmSync(join(at, 'custody'), { recursive: true, force: true })
  for (const name of ['BUNDLE.json', 'SHA256SUMS'])
    for (const key of signers)
      writeFileSync(join(at, `${name}.${idOf(key)}.minisig`), signBytes(readFileSync(join(at, name)), key, 'x', ed25519))
}

export const manifestOf = (at: string) =>
  JSON.parse(readFileSync(join(at, 'BUNDLE.json'), 'utf8')) as Record<string, unknown> & { artifacts: Record<string, unknown>[] }

/** Media as they cross a gap, as images: FAT32 by mtools, an optical disc by xorriso. What is written is read out of the image again. */
import { execFileSync, spawnSync } from 'node:child_process'
import { closeSync, ftruncateSync, mkdirSync, openSync, readdirSync } from 'node:fs'
import { join } from 'node:path'

const sectorBytes = 512

/** Null where the tools are there, else which is not. */
export const whyNoMedia = (): string | null =>
  ['mformat', 'mcopy', 'xorriso'].find((tool) => spawnSync('sh', ['-c', `command -v ${tool}`]).status !== 0) ?? null

/** Puts a tree onto a FAT32 medium of this size, and returns a folder with what can be read from it. */
export function throughFat32(tree: string, image: string, bytes: number): string {
  const descriptor = openSync(image, 'w')
  ftruncateSync(descriptor, bytes)
  closeSync(descriptor)
  const env = { ...process.env, MTOOLS_SKIP_CHECK: '1' }
  execFileSync('mformat', ['-i', image, '-F', '-T', String(Math.floor(bytes / sectorBytes)), '-v', 'HOLDFAST', '::'], { env })
  execFileSync('mcopy', ['-i', image, '-s', '-Q', ...readdirSync(tree).map((name) => join(tree, name)), '::/'], { env })
  const out = `${image}-read`
  mkdirSync(out)
  execFileSync('mcopy', ['-i', image, '-s', '-n', '::/*', out], { env })
  return out
}

/** The same through an optical disc, which nobody can write to any more. */
export function throughDisc(tree: string, image: string): string {
  execFileSync('xorriso', ['-as', 'mkisofs', '-quiet', '-J', '-joliet-long', '-R', '-V', 'HOLDFAST', '-o', image, tree], { stdio: 'pipe' })
  const out = `${image}-read`
  execFileSync('xorriso', ['-osirrox', 'on', '-indev', image, '-extract', '/', out], { stdio: 'pipe' })
  execFileSync('chmod', ['-R', 'u+w', out])
  return out
}

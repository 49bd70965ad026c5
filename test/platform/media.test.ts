/** Carried media as the system's own table of mounts names them, and the bundles on them. */
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { carriedMounts, findMedia } from '../../main/platform/media.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

const line = (mountPoint: string, fileSystem: string, device: string, more = '') =>
  `36 27 8:17 / ${mountPoint} rw,relatime${more} - ${fileSystem} ${device} rw`

describe('AIR-01 which mounts look carried', () => {
  test('sticks and discs do, wherever they are mounted, and every device in a usual place', () => {
    const table = [
      line('/', 'ext4', '/dev/vda'),
      line('/media/m.arden/KESSARY', 'ext4', '/dev/sdb1', ' shared:12 master:3'),
      line('/srv/disc', 'iso9660', '/dev/sr0'),
      line('/data/stick', 'vfat', '/dev/sdc1'),
      line('/run/media/ops/A', 'btrfs', '/dev/mapper/carried'),
      'no mount at all',
    ].join('\n')
    expect(carriedMounts(table).map(({ mountPoint }) => mountPoint)).toEqual([
      ...['/media/m.arden/KESSARY', '/srv/disc', '/data/stick', '/run/media/ops/A'],
    ])
  })

  test('what lies in memory or in a network is never touched, even in a usual place', () => {
    const table = [
      line('/mnt/share', 'nfs4', '10.0.0.5:/share'),
      line('/mnt/win', 'cifs', '//server/share'),
      line('/media/ram', 'tmpfs', 'tmpfs'),
    ].join('\n')
    expect(carriedMounts(table)).toEqual([])
  })

  test('blanks and backslashes are read as the table writes them; the last of two mounts in one place counts', () => {
    const table = [line('/media/a\\040b\\134c', 'vfat', '/dev/sdb1'), line('/media/a\\040b\\134c', 'exfat', '/dev/sdc1')].join('\n')
    expect(carriedMounts(table)).toEqual([{ mountPoint: '/media/a b\\c', device: '/dev/sdc1', fileSystem: 'exfat' }])
    expect(carriedMounts(line('/media/a\\012b', 'vfat', '/dev/sdb1'))).toEqual([])
  })

  test('no more than a person can choose from', () => {
    const table = Array.from({ length: 90 }, (_, at) => line(`/media/${at}`, 'vfat', `/dev/sdb${at}`)).join('\n')
    expect(carriedMounts(table).length).toBe(32)
  })
})

describe('AIR-01 what is found on them', () => {
  const mounted = (folder: string) => findMedia(() => Promise.resolve(line(folder.replaceAll(' ', '\\040'), 'vfat', '/dev/sdb1')))

  test('a bundle at the top or one folder below, and none that is deeper, a link or a folder of that name', async () => {
    const top = join(temporaryFolder(), 'a stick')
    const elsewhere = temporaryFolder()
    for (const folder of ['holdfast-1.0.0', 'holdfast-1.1.0', 'papers/holdfast-2', 'tricks/BUNDLE.json'])
      mkdirSync(join(top, folder), { recursive: true })
    for (const folder of ['holdfast-1.0.0', 'holdfast-1.1.0', 'papers/holdfast-2']) writeFileSync(join(top, folder, 'BUNDLE.json'), '{}')
    writeFileSync(join(elsewhere, 'BUNDLE.json'), '{}')
    symlinkSync(elsewhere, join(top, 'linked'))
    symlinkSync(join(elsewhere, 'BUNDLE.json'), join(top, 'papers', 'BUNDLE.json'))
    const folders = [join(top, 'holdfast-1.0.0'), join(top, 'holdfast-1.1.0')]
    expect(await mounted(top)).toEqual([{ mountPoint: top, device: '/dev/sdb1', fileSystem: 'vfat', folders }])
    writeFileSync(join(top, 'BUNDLE.json'), '{}')
    expect((await mounted(top))[0]?.folders).toEqual([top, ...folders])
  })

  test('nothing where nothing lies, where the medium is gone, and where the system keeps no table', async () => {
    expect(await mounted(temporaryFolder())).toEqual([])
    expect(await mounted('/nowhere/at all')).toEqual([])
    expect(await findMedia(() => Promise.resolve(null))).toEqual([])
  })

  test('names that cannot be shown are not offered, and no more than twenty folders of one medium', async () => {
    const top = temporaryFolder()
    for (let at = 0; at < 30; at++) {
      mkdirSync(join(top, `set-${at}`))
      writeFileSync(join(top, `set-${at}`, 'BUNDLE.json'), '{}')
    }
    expect((await mounted(top))[0]?.folders.length).toBe(20)
    const odd = temporaryFolder()
    mkdirSync(join(odd, 'a\u202eb'))
    writeFileSync(join(odd, 'a\u202eb', 'BUNDLE.json'), '{}')
    expect(await mounted(odd)).toEqual([])
  })
})

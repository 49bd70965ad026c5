/**
 * The packages for Linux, made from one finished folder with the system's own tools. The builder's way to a deb or an rpm leads through
 * fpm, which is in no Debian and would have to be imitated option by option; `dpkg-deb` and `rpmbuild` themselves write the same bytes for
 * the same tree.
 */
import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import type { Platform } from '../appliance/platforms.ts'
import { filesBelow } from './files-below.ts'
import { hasTool, runTool } from './run-tool.ts'

export interface LinuxOptions {
  readonly platform: Platform
  /** `holdfast`, or a name that says that it is not for use. */
  readonly baseName: string
  /** Such as `-edge-only`; empty for what most have. It is in the names, so that no update turns one edition into another unasked. */
  readonly variant: string
  readonly version: string
  /** The finished product. */
  readonly folder: string
  readonly sizeBytes: number
  /** What the packages install; see `linux-root.ts`. */
  readonly installRoot: string
  readonly workFolder: string
  readonly output: string
  readonly epochSeconds: number
  /** 1 to 19. */
  readonly level: number
}

const summary = 'Ask your own documents on a machine without a network'
const debArch = { x64: 'amd64', arm64: 'arm64' } as const
const rpmArch = { x64: 'x86_64', arm64: 'aarch64' } as const
/** Chromium's and Electron's libraries that Debian does not install everywhere, and the floor of the core's own. */
const debDepends = [
  'libc6 (>= 2.34)',
  'libgtk-3-0 | libgtk-3-0t64',
  'libnss3',
  'libxss1',
  'libxtst6',
  'libatspi2.0-0 | libatspi2.0-0t64',
  'libsecret-1-0',
  'libgbm1',
  'libasound2 | libasound2t64',
]
const rpmRequires = ['glibc >= 2.34', 'gtk3', 'nss', 'libXScrnSaver', 'libXtst', 'at-spi2-core', 'libsecret', 'mesa-libgbm', 'alsa-lib']

/** Whatever its name is, one of them can be installed at a time. */
const oneOf = 'holdfast-desktop'
const packageNameOf = ({ baseName, variant }: LinuxOptions): string => `${baseName}${variant}`

/** The product in a folder of its name, which is not that of an appliance. Its members are sorted, without owner, of one time; one thread compresses. */
export function makeTar(options: LinuxOptions): string {
  const { platform, baseName, variant, version, folder, workFolder, output, epochSeconds, level } = options
  const name = `${baseName}-desktop-${version}-${platform.name}${variant}`
  const tar = join(workFolder, `${name}.tar`)
  const rename = `s,^${basename(folder).replaceAll('.', '\\.')},${name},S`
  const members = [
    '--sort=name',
    `--mtime=@${epochSeconds}`,
    '--owner=0',
    '--group=0',
    '--numeric-owner',
    '--format=gnu',
    `--transform=${rename}`,
  ]
  runTool('tar', [...members, '-C', dirname(folder), '-cf', tar, basename(folder)], { epochSeconds })
  const file = join(output, `${name}.tar.zst`)
  runTool('zstd', ['-T1', `-${level}`, '-q', '-f', '--rm', tar, '-o', file], { epochSeconds })
  return file
}

export function makeDeb(options: LinuxOptions): string {
  const { platform, version, sizeBytes, installRoot, output, epochSeconds, level } = options
  const packageName = packageNameOf(options)
  const arch = debArch[platform.cpu]
  const control = {
    Package: packageName,
    Version: version,
    Architecture: arch,
    Maintainer: 'The Holdfast authors <packages@holdfast.invalid>',
    'Installed-Size': Math.ceil(sizeBytes / 1024),
    Depends: debDepends.join(', '),
    Provides: oneOf,
    Conflicts: oneOf,
    Section: 'misc',
    Priority: 'optional',
    Description: summary,
  }
  const notes = join(installRoot, 'DEBIAN')
  mkdirSync(notes, { recursive: true, mode: 0o755 })
  writeFileSync(
    join(notes, 'control'),
    `${Object.entries(control)
      .map(([key, value]) => `${key}: ${value}`)
      .join('\n')}\n`,
    { mode: 0o644 },
  )
  const file = join(output, `${packageName}_${version}_${arch}.deb`)
  // dpkg of Debian 12 and Ubuntu 18.04 reads zstd, and older systems are below the floor of the core anyway.
  const how = ['--root-owner-group', '-Zzstd', `-z${level}`, '--threads-max=1']
  runTool('dpkg-deb', [...how, '--build', installRoot, file], { epochSeconds })
  rmSync(notes, { recursive: true })
  return file
}

/** What the spec says; every line that would look at this machine, strip files or put the time of the build in is switched off. */
function specOf(options: LinuxOptions): string {
  const { version, installRoot, level } = options
  return `%global debug_package %{nil}
%global __os_install_post %{nil}
%global _build_id_links none
%global _buildhost reproducible
%global use_source_date_epoch_as_buildtime 1
%global clamp_mtime_to_source_date_epoch 1
%global _binary_payload w${level}.zstdio
Name: ${packageNameOf(options)}
Version: ${version.replaceAll('-', '~')}
Release: 1
Summary: ${summary}
License: Apache-2.0
AutoReqProv: no
${rpmRequires.map((each) => `Requires: ${each}`).join('\n')}
Provides: ${oneOf}
Conflicts: ${oneOf}

%description
${summary}.

%install
cp -al ${installRoot}/. %{buildroot}/

%files
%defattr(-,root,root,-)
/opt/holdfast
/usr/bin/holdfast
/usr/share/applications/holdfast.desktop
/usr/share/doc/holdfast
/usr/share/holdfast
/usr/share/icons/hicolor/scalable/apps/holdfast.svg
`
}

export function makeRpm(options: LinuxOptions): string {
  const { platform, version, workFolder, output, epochSeconds } = options
  const packageName = packageNameOf(options)
  const top = join(workFolder, 'rpm')
  rmSync(top, { recursive: true, force: true })
  mkdirSync(top, { recursive: true })
  const spec = join(top, `${packageName}.spec`)
  writeFileSync(spec, specOf(options))
  const arch = rpmArch[platform.cpu]
  runTool('rpmbuild', ['-bb', '--define', `_topdir ${top}`, '--target', `${arch}-linux`, spec], { epochSeconds })
  const made = filesBelow(join(top, 'RPMS'))[0] ?? ''
  const file = join(output, `${packageName}-${version}.${arch}.rpm`)
  renameSync(join(top, 'RPMS', made), file)
  rmSync(top, { recursive: true })
  return file
}

/** What each target needs of the system; an empty list is nothing. */
const needs: Readonly<Record<string, readonly string[]>> = { 'tar.zst': ['tar', 'zstd'], deb: ['dpkg-deb'], rpm: ['rpmbuild'] }

export const missingTools = (target: string): readonly string[] => (needs[target] ?? []).filter((tool) => !hasTool(tool))

/** Files of the product by their names, as the builders give them, and nothing that only looks like one. */
import { expect, test } from 'vitest'
import { productOf } from '../../main/domain/airgap/product-names.ts'

test.each([
  ['holdfast-1.2.3-linux-x64.tar.zst', 'app', 'app-linux-x64', 'holdfast-linux-x64', 'Holdfast 1.2.3'],
  [
    'holdfast-1.2.3-linux-arm64-cuda-edge-only.tar.zst',
    'app',
    'app-cuda-edge-only-linux-arm64',
    'holdfast-edge-only-linux-arm64',
    'Holdfast 1.2.3 (edge only, cuda)',
  ],
  ['holdfast_1.2.3_amd64.deb', 'deb', 'deb-linux-x64', 'holdfast-linux-x64', 'Holdfast 1.2.3, desktop'],
  [
    'holdfast-edge-only_1.2.3_arm64.deb',
    'deb',
    'deb-edge-only-linux-arm64',
    'holdfast-edge-only-linux-arm64',
    'Holdfast 1.2.3 (edge only), desktop',
  ],
  [
    'holdfast-edge-only-1.2.3.x86_64.rpm',
    'rpm',
    'rpm-edge-only-linux-x64',
    'holdfast-edge-only-linux-x64',
    'Holdfast 1.2.3 (edge only), desktop',
  ],
  ['holdfast-cuda-1.2.3.aarch64.rpm', 'rpm', 'rpm-cuda-linux-arm64', 'holdfast-linux-arm64', 'Holdfast 1.2.3 (cuda), desktop'],
  ['Holdfast-1.2.3-win-x64.zip', 'zip', 'zip-win-x64', 'holdfast-win-x64', 'Holdfast 1.2.3, desktop'],
  [
    'Holdfast-1.2.3-win-x64-edge-only-setup.exe',
    'installer',
    'installer-edge-only-win-x64',
    'holdfast-edge-only-win-x64',
    'Holdfast 1.2.3 (edge only), desktop',
  ],
])('%s', (file, kind, id, name, title) => {
  expect(productOf(file)).toMatchObject({ kind, id, name, title, version: '1.2.3' })
  // As long as a name in a bundle may be.
  expect(name.length).toBeLessThanOrEqual(32)
})

test.each([
  // The desktop's folder, packed: no slot could run it.
  'holdfast-desktop-1.2.3-linux-x64.tar.zst',
  'holdfast-not-for-use_1.2.3_amd64.deb',
  'holdfast-not-for-use-edge-only-1.2.3.x86_64.rpm',
  'holdfast-edge_1.2.3_amd64.deb',
  'holdfast_1.2.3_riscv64.deb',
  'holdfast_1.2.3_amd64.deb.exe',
  'holdfast-1.2.3-win-x64.tar.zst',
  '',
])('%j is none', (file) => expect(productOf(file)).toBe(null))

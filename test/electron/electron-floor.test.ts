import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'

/** Least release of each line in which CVE-2026-70601 is fixed; lines after 42 have it from their start. */
const fixedIn: Readonly<Record<number, readonly [minor: number, patch: number]>> = { 39: [8, 9], 40: [9, 2], 41: [2, 2], 42: [0, 0] }

function isFixed(version: string): boolean {
  const [major = 0, minor = 0, patch = 0] = version.split('.').map(Number)
  if (major > 42) return true
  const least = fixedIn[major]
  return least !== undefined && (minor > least[0] || (minor === least[0] && patch >= least[1]))
}

test('E7 the locked Electron is at or above the floor', () => {
  const lock = JSON.parse(readFileSync('package-lock.json', 'utf8'))
  expect(isFixed(lock.packages['node_modules/electron'].version)).toBe(true)
})

test('E7 the floor knows which releases have the flaw', () => {
  for (const version of ['38.9.9', '39.8.8', '40.9.1', '41.2.1', '41.1.9', '12.0.0']) expect(isFixed(version), version).toBe(false)
  for (const version of ['39.8.9', '40.10.0', '41.2.2', '42.0.0', '45.4.1']) expect(isFixed(version), version).toBe(true)
})

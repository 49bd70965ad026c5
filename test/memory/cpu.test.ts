import { expect, test } from 'vitest'
import { canLoadVectorIndex, listsAvx2, thisMachine } from '../../main/memory/cpu.ts'

const withAvx2 = 'processor\t: 0\nflags\t\t: fpu avx avx2 bmi1\n'
const without = 'processor\t: 1\nflags\t\t: fpu avx avx2_like bmi1\n'

test('every processor must list AVX2 as a word of its own', () => {
  expect(listsAvx2(withAvx2)).toBe(true)
  expect(listsAvx2(without)).toBe(false)
  expect(listsAvx2(withAvx2 + without)).toBe(false)
  expect(listsAvx2('')).toBe(false)
})

test('only an x64 processor needs it, and one that cannot be asked is not trusted', () => {
  expect(canLoadVectorIndex({ arch: 'x64', platform: 'linux', cpuInfo: withAvx2 })).toBe(true)
  expect(canLoadVectorIndex({ arch: 'x64', platform: 'linux', cpuInfo: without })).toBe(false)
  expect(canLoadVectorIndex({ arch: 'x64', platform: 'linux', cpuInfo: null })).toBe(false)
  expect(canLoadVectorIndex({ arch: 'arm64', platform: 'linux', cpuInfo: null })).toBe(true)
  expect(canLoadVectorIndex({ arch: 'x64', platform: 'win32', cpuInfo: null })).toBe(true)
  expect(thisMachine().arch).toBe(process.arch)
})

import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { buildContext } from '../../main/context/build.ts'
import { asRecorded } from '../../main/context/rebuild.ts'
import { contextCase, hashOfContexts } from '../support/context-cases.ts'

const program = join(import.meta.dirname, '..', 'support', 'context-cases.ts')
const elsewhere = (seed: number, count: number, lang: string): string =>
  execFileSync(process.execPath, [program, String(seed), String(count)], {
    encoding: 'utf8',
    env: { ...process.env, LANG: lang, TZ: 'Asia/Kathmandu' },
  })

test('CTX-01 the same 1,000 inputs give the same bytes in two other processes and here', async () => {
  const here = await hashOfContexts(7, 1_000)
  expect([elsewhere(7, 1_000, 'C'), elsewhere(7, 1_000, 'tr_TR.UTF-8')]).toEqual([here, here])
  expect(await hashOfContexts(8, 1_000)).not.toBe(here)
}, 120_000)

test('CTX-01 from its parts and what is on record of it, a context is built again byte for byte', async () => {
  let built = 0
  for (let seed = 0; seed < 300; seed++) {
    const one = contextCase(seed)
    const made = await buildContext(one)
    if (!made.ok) continue
    built += 1
    const { messages, record } = made.value
    expect(asRecorded(one.parts, record.parts)).toEqual(messages)
    const [first] = record.parts
    expect(
      asRecorded(
        one.parts.filter(({ source }) => source !== first?.source),
        record.parts,
      ),
    ).toBe(first === undefined ? messages : null)
  }
  expect(built).toBeGreaterThan(80)
})

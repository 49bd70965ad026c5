/** Every moment of a bundle or of a switch of programs at which a core may end has a test that ends one there. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'

const mainFolder = join(import.meta.dirname, '..', '..', 'main', 'airgap')
const suites = ['airgap/faults.real', 'airgap/activation-faults.real', 'app/bundled-documents-cut-off.real'].map((name) =>
  readFileSync(join(import.meta.dirname, '..', `${name}.test.ts`), 'utf8'),
)

test('AIR-08 every moment of a load, an activation and a switch is named by a suite that ends a core there', () => {
  const moments = readdirSync(mainFolder)
    .filter((name) => name.endsWith('.ts'))
    .flatMap((name) => [...readFileSync(join(mainFolder, name), 'utf8').matchAll(/failpoint\('([a-z_.]+)'\)/g)].map(([, moment]) => moment))
  expect(moments.length).toBeGreaterThan(10)
  expect(moments.filter((moment) => !suites.some((suite) => suite.includes(`'${moment}'`)))).toEqual([])
})

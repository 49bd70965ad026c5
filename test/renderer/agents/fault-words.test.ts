import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { remedyOf } from '../../../renderer/screens/agents/fault-words.ts'

const main = join(import.meta.dirname, '../../../main')
const read = (file: string): string => readFileSync(join(main, file), 'utf8')
const codesIn = (text: string, form: RegExp): readonly string[] => [...new Set([...text.matchAll(form)].flatMap(([, code]) => code ?? []))]

test('AGT-01 whatever may speak against an agent, the window says what to do about it', () => {
  const faults = codesIn(read('domain/agent-check.ts'), /'(?:blocks|warns|advises)',\s*'([a-z_]+)'/g)
  const refusals = ['composition/agent-shelf.ts', 'composition/read-agents.ts'].flatMap((file) =>
    codesIn(read(file), /'agent\.([a-z_]+)'/g),
  )
  expect([faults.length, refusals.length]).toEqual([21, 9])
  const unsaid = remedyOf('agent.nobody_knows')
  expect([...faults, ...refusals].filter((code) => remedyOf(`agent.${code}`) === unsaid)).toEqual([])
})

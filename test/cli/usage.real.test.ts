/** What is typed wrongly, and what is typed by someone who means harm. */
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { CommandFailure, commandOutputs } from '../../main/contract/cli.ts'
import { copyCase } from '../support/case-files.ts'
import { oneDocument, runCommand } from '../support/command.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

const folder = temporaryFolder()
const data = join(folder, 'data')

describe('CLI-02 bad usage ends with 2', () => {
  test.each([
    ['an unknown command', ['frobnicate']],
    ['a name that every object has', ['__proto__']],
    ['no question', ['ask']],
    ['an unknown option', ['search', 'water', '--colour']],
    ['too many words', ['search', 'water', 'pump']],
    ['a number that is none', ['ask', 'Where?', '--top', 'many']],
    ['a number too large', ['search', 'water', '--top', '51']],
    ['a level that is none', ['ingest', '.', '--level', '__proto__']],
    ['an id that is none', ['documents', 'show', '__proto__']],
    ['a model that is none', ['ask', 'Where?', '--model', 'constructor']],
    ['a question of 2,001 characters', ['ask', 'x'.repeat(2_001)]],
    ['a question of nothing but space', ['ask', '   ']],
  ])('%s', async (_name, args) => {
    const said = await runCommand([...args, '--data', data, '--json'])
    const { ok, error } = CommandFailure.parse(oneDocument(said))
    expect([ok, said.code, said.stderr]).toEqual([false, 2, ''])
    expect(error.hint).not.toBe('')
  })

  test('without --json the reason goes to stderr and stdout stays empty', async () => {
    const said = await runCommand(['ask', '--data', data])
    expect([said.code, said.stdout]).toEqual([2, ''])
    expect(said.stderr).toContain('question')
  })

  test('help and version are successes', async () => {
    const [help, version] = [await runCommand(['ask', '--help']), await runCommand(['--version'])]
    expect([help.code, version.code]).toEqual([0, 0])
    expect(help.stdout).toContain('--collection')
  })
})

describe('CLI-03 where a person stands', () => {
  test('paths resolve against INIT_CWD, not against where the script runs', async () => {
    const desk = join(folder, 'desk')
    copyCase(join(desk, 'papers'))
    mkdirSync(join(folder, 'elsewhere'))
    const place = { cwd: join(folder, 'elsewhere'), env: { INIT_CWD: desk } }
    const said = await runCommand(['ingest', 'papers', '--data', 'holdings', '--json'], place)
    const { import: summary } = commandOutputs.ingest.parse(oneDocument(said))
    expect([summary.totals.indexed, said.code]).toEqual([4, 0])
    const again = await runCommand(['documents', 'list', '--data', join(desk, 'holdings'), '--json'])
    expect(commandOutputs['documents list'].parse(oneDocument(again)).total).toBe(4)
  })

  test('a data folder that others can enter is refused, and nothing is written', async () => {
    const open = join(folder, 'open')
    mkdirSync(open, { mode: 0o755 })
    writeFileSync(join(open, 'something'), '')
    const said = await runCommand(['runs', 'list', '--data', open, '--json'])
    expect([CommandFailure.parse(oneDocument(said)).error.code, said.code]).toEqual(['core.folder_open', 1])
  })

  test('a damaged store is a failure with a code, not a stack', async () => {
    const damaged = join(folder, 'damaged')
    mkdirSync(damaged, { mode: 0o700 })
    writeFileSync(join(damaged, 'holdfast.db'), 'this is no database'.repeat(500))
    const said = await runCommand(['runs', 'list', '--data', damaged, '--json'])
    expect([CommandFailure.parse(oneDocument(said)).error.code, said.code, said.stderr]).toEqual(['core.store_refused', 1, ''])
  })
})

describe('CLI-04 nothing that a file name or a document says steers the terminal', () => {
  /** Clear screen, set title, 8-bit CSI, a bell, a right-to-left override and an invisible tag character. */
  const hostile = 'x\u001b[2J\u001b]0;owned\u0007\u009b31m\u202e\u{e0041}y'
  const name = `${hostile}.md`
  const hostileData = join(folder, 'hostile')
  const steering = /[\p{Cc}\p{Cf}]/u

  beforeAll(async () => {
    const files = join(folder, 'hostile-files')
    mkdirSync(files)
    writeFileSync(join(files, name), `# The pump ${hostile}\n\nThe pump ${hostile} failed at 14:05 on Tuesday.\n`)
    writeFileSync(join(files, `broken ${hostile}.pdf`), 'no')
    const said = await runCommand(['ingest', files, '--data', hostileData])
    expect(said.code).toBe(1)
    expect(said.stdout.replaceAll('\n', '')).not.toMatch(steering)
  })

  test.each([
    ['documents', 'list'],
    ['search', 'pump'],
    ['ask', 'When did the pump fail?'],
    ['ask', hostile],
    ['runs', 'list'],
  ])('%s %s', async (...args) => {
    for (const form of [[], ['--json']]) {
      const said = await runCommand([...args, ...form, '--data', hostileData])
      expect(said.code).toBe(0)
      expect(`${said.stdout}${said.stderr}`.replaceAll('\n', '')).not.toMatch(steering)
    }
  })

  test('and the name itself is kept', async () => {
    const said = await runCommand(['documents', 'list', '--json', '--data', hostileData])
    expect(commandOutputs['documents list'].parse(oneDocument(said)).items[0]?.file).toBe(name)
  })

  test('nor does the message of a failure', async () => {
    const said = await runCommand(['runs', 'list', '--data', join(folder, 'hostile-files', name)])
    expect(said.code).toBe(1)
    expect(`${said.stdout}${said.stderr}`.replaceAll('\n', '')).not.toMatch(steering)
  })
})

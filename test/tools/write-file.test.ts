import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, linkSync, mkdirSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { applyPatch } from 'diff'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { folderLimits } from '../../main/tools/run-folder.ts'
import { previewTool, runTool, undoTool } from '../../main/tools/run-tool.ts'
import type { ToolContext } from '../../main/tools/tool.ts'
import { writeFile } from '../../main/tools/write-file.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'
import { stepOf, toolContext } from '../support/tool-context.ts'

const write = (context: ToolContext, name: string, text: string) => runTool(writeFile, { name, text }, context)
const pathIn = (context: ToolContext, name: string) => join(context.folder, name)
const place = (context: ToolContext, name: string, content: string | Uint8Array) => {
  mkdirSync(context.folder, { recursive: true })
  writeFileSync(pathIn(context, name), content)
}
const bytesOf = (context: ToolContext, name: string) => readFileSync(pathIn(context, name))
const digest = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex')

describe('TOL-05 what was written is taken back', () => {
  test('a file that replaced another gives way to it, byte by byte', async () => {
    const context = toolContext()
    const before = Buffer.from('\ufeffold\r\nwith a mark, no last line end and 🙂')
    place(context, 'report.md', before)
    const reply = await write(context, 'report.md', 'new\n')
    expect(reply.ok).toBe(true)
    expect(bytesOf(context, 'report.md').toString()).toBe('new\n')
    expect(await undoTool(writeFile, reply, context)).toEqual({ ok: true, value: null })
    expect(digest(bytesOf(context, 'report.md'))).toBe(digest(before))
  })

  test('a file that was not there is removed', async () => {
    const context = toolContext()
    const reply = await write(context, 'report.md', 'new\n')
    expect((await undoTool(writeFile, reply, context)).ok).toBe(true)
    expect(existsSync(pathIn(context, 'report.md'))).toBe(false)
  })

  test('an empty file comes back empty, not missing', async () => {
    const context = toolContext()
    place(context, 'report.md', '')
    const reply = await write(context, 'report.md', 'new\n')
    await undoTool(writeFile, reply, context)
    expect(bytesOf(context, 'report.md')).toHaveLength(0)
  })

  test('a second time changes nothing', async () => {
    const context = toolContext()
    place(context, 'report.md', 'old')
    const reply = await write(context, 'report.md', 'new')
    await undoTool(writeFile, reply, context)
    expect(await undoTool(writeFile, reply, context)).toEqual({ ok: true, value: null })
    expect(bytesOf(context, 'report.md').toString()).toBe('old')
  })

  test('unless a person has changed the file meanwhile, which is left and said', async () => {
    const context = toolContext()
    place(context, 'report.md', 'old')
    const reply = await write(context, 'report.md', 'new')
    place(context, 'report.md', 'a person wrote this')
    expect(await undoTool(writeFile, reply, context)).toMatchObject({ ok: false, error: { code: 'tool.file_changed' } })
    expect(bytesOf(context, 'report.md').toString()).toBe('a person wrote this')
  })

  test('unless what stood there has been purged, which is said', async () => {
    const context = toolContext()
    place(context, 'report.md', 'old')
    const reply = await write(context, 'report.md', 'new')
    const purged = { ...context, readBody: () => null }
    expect(await undoTool(writeFile, reply, purged)).toMatchObject({ ok: false, error: { code: 'tool.previous_purged' } })
    expect(bytesOf(context, 'report.md').toString()).toBe('new')
  })

  test('any text over any text', async () => {
    const context = toolContext()
    let step = 1
    const text = fc.string({ unit: 'grapheme', maxLength: 200 })
    await fc.assert(
      fc.asyncProperty(fc.option(text), text, async (before, after) => {
        const own = { ...context, stepId: stepOf(++step) }
        const name = `file-${step}.txt`
        if (before !== null) place(own, name, before)
        const reply = await write(own, name, after)
        if (!reply.ok) return expect(reply.error?.code).toBe('tool.bad_arguments')
        expect(bytesOf(own, name).toString()).toBe(after)
        expect((await undoTool(writeFile, reply, own)).ok).toBe(true)
        expect(existsSync(pathIn(own, name)) ? bytesOf(own, name).toString() : null).toBe(before)
      }),
      { numRuns: 60 },
    )
  })
})

describe('TOL-05 a step that is done again after a crash', () => {
  test('still knows what stood there before it', async () => {
    const context = toolContext()
    place(context, 'report.md', 'old')
    await write(context, 'report.md', 'new')
    const again = await write(context, 'report.md', 'new')
    expect(again.ok).toBe(true)
    await undoTool(writeFile, again, context)
    expect(bytesOf(context, 'report.md').toString()).toBe('old')
  })

  test('writes when the crash came before the file was there', async () => {
    const context = toolContext()
    place(context, 'report.md', 'old')
    await write(context, 'report.md', 'new')
    place(context, 'report.md', 'old')
    expect((await write(context, 'report.md', 'new')).ok).toBe(true)
    expect(bytesOf(context, 'report.md').toString()).toBe('new')
  })

  test('does not write over what a person put there meanwhile', async () => {
    const context = toolContext()
    await write(context, 'report.md', 'new')
    place(context, 'report.md', 'a person wrote this')
    expect((await write(context, 'report.md', 'new')).error?.code).toBe('tool.file_changed_before_effect')
    expect(bytesOf(context, 'report.md').toString()).toBe('a person wrote this')
  })

  test('another step of the same run writes over it as over anything', async () => {
    const context = toolContext()
    await write(context, 'report.md', 'one')
    expect((await write({ ...context, stepId: stepOf(2) }, 'report.md', 'two')).ok).toBe(true)
    expect(bytesOf(context, 'report.md').toString()).toBe('two')
  })
})

const hostileNames = [
  ...['../escape.md', '..', '.', '/etc/cron.md', 'a/b.md', 'a\\b.md', 'C:\\a.md', 'C:a.md', '\\\\server\\a.md', '~/a.md', '..%2fa.md'],
  ...['a\0.md', 'a.md\0', 'a\n.md', 'a\u001b[2J.md', 'a\u202ecod.md', 'a\u200b.md', 'a\u{e0041}.md', 'é.md', 'ｅ.md', 'a：b.md'],
  ...['con.md', 'CON.md', 'nul.txt', 'Aux.json', 'com1.csv', 'LPT9.md', 'con.backup.md', 'prn .md'],
  ...[
    'a.md ',
    ' a.md',
    'a.md.',
    'a .md',
    'a..md',
    'a..b.md',
    '.hidden.md',
    '-rf.md',
    '.steps',
    '.md',
    'a',
    'a.exe',
    'a.md.exe',
    'a.MD',
    'a.html',
    'a.sh',
  ],
  ...['a:stream.md', 'a*.md', 'a?.md', 'a|b.md', 'a<b>.md', `${'a'.repeat(100)}.md`, '', '$(id).md', '`id`.md', "a'b.md"],
]

test.each(hostileNames)('TOL-05 the hostile name %j is refused, and nothing is written', async (name) => {
  const context = toolContext()
  expect(await write(context, name, 'x')).toMatchObject({ ok: false, error: { code: 'tool.bad_arguments' } })
  expect(existsSync(context.folder)).toBe(false)
})

test.each(['report.md', 'Depths of 2024.csv', 'a.b-c_d.json', '1.txt', 'console.md', 'com10.txt'])(
  'the plain name %s is taken',
  async (name) => {
    expect((await write(toolContext(), name, 'x')).ok).toBe(true)
  },
)

test('TOL-05 whatever the name, nothing is written outside of the folder', async () => {
  const outside = temporaryFolder()
  const folder = join(outside, 'run')
  const part = fc.constantFrom('..', '.', '/', '\\', 'a', 'con', '.md', '\0', ':', '~', ' ', '%2e', '\u202e', outside)
  await fc.assert(
    fc.asyncProperty(fc.array(part, { maxLength: 8 }), async (parts) => {
      await write(toolContext({ folder }), parts.join(''), 'x')
      expect(readdirSync(outside).filter((name) => name !== 'run')).toEqual([])
    }),
    { numRuns: 200 },
  )
})

describe('what stands at the target', () => {
  test('is left alone when it is a link', async () => {
    const context = toolContext()
    const secret = join(temporaryFolder(), 'secret.txt')
    writeFileSync(secret, 'secret')
    mkdirSync(context.folder, { recursive: true })
    symlinkSync(secret, pathIn(context, 'report.md'))
    expect((await write(context, 'report.md', 'x')).error?.code).toBe('tool.not_a_file_before_effect')
    expect((await previewTool(writeFile, { name: 'report.md', text: 'x' }, context)).ok).toBe(false)
    expect(readFileSync(secret, 'utf8')).toBe('secret')
  })

  test('is left alone when the folder itself is a link', async () => {
    const elsewhere = temporaryFolder()
    const folder = join(temporaryFolder(), 'run')
    symlinkSync(elsewhere, folder)
    expect((await write(toolContext({ folder }), 'report.md', 'x')).error?.code).toBe('tool.folder_before_effect')
    expect((await previewTool(writeFile, { name: 'report.md', text: 'x' }, toolContext({ folder }))).ok).toBe(false)
    expect(readdirSync(elsewhere)).toEqual([])
  })

  test('is left alone when the place for what stood before is a link', async () => {
    const context = toolContext()
    const elsewhere = temporaryFolder()
    mkdirSync(context.folder, { recursive: true })
    symlinkSync(elsewhere, join(context.folder, '.steps'))
    expect((await write(context, 'report.md', 'x')).error?.code).toBe('tool.folder_before_effect')
    expect([readdirSync(elsewhere), readdirSync(context.folder)]).toEqual([[], ['.steps']])
  })

  test('is replaced, not written through, when it has a second name', async () => {
    const context = toolContext()
    const secret = join(temporaryFolder(), 'secret.txt')
    writeFileSync(secret, 'secret')
    mkdirSync(context.folder, { recursive: true })
    linkSync(secret, pathIn(context, 'report.md'))
    expect((await write(context, 'report.md', 'x')).ok).toBe(true)
    expect(readFileSync(secret, 'utf8')).toBe('secret')
  })

  test.each([
    ['a folder', 'tool.not_a_file_before_effect', (path: string) => mkdirSync(path)],
    ['a pipe', 'tool.not_a_file_before_effect', (path: string) => execFileSync('mkfifo', [path])],
    ['bytes that are no text', 'tool.not_text_before_effect', (path: string) => writeFileSync(path, Buffer.from([0xff, 0xfe, 0x00]))],
    [
      'a file too large to keep',
      'tool.not_text_before_effect',
      (path: string) => writeFileSync(path, 'x'.repeat(folderLimits.fileBytesMax + 1)),
    ],
  ])('is left alone when it is %s', async (_what, code, make) => {
    const context = toolContext()
    mkdirSync(context.folder, { recursive: true })
    make(pathIn(context, 'report.md'))
    expect((await write(context, 'report.md', 'x')).error?.code).toBe(code)
  })
})

test.each([
  ['10 MB of text', 'x'.repeat(10_000_000)],
  ['text over the limit in bytes, not in characters', '€'.repeat(100_000)],
  ['a NUL', 'a\0b'],
  ['an escape sequence', '\u001b[2J'],
  ['letters that turn the order of what follows', 'a\u202eb'],
  ['an invisible alphabet', '\u{e0041}\u{e0042}'],
  ['half a character', '\ud83d'],
])('%s is refused', async (_what, text) => {
  const context = toolContext()
  expect((await write(context, 'report.md', text)).error?.code).toBe('tool.bad_arguments')
  expect(existsSync(context.folder)).toBe(false)
})

describe('a table that a person will open in a spreadsheet', () => {
  test.each([
    ...[
      '=1+1',
      'a,=1+1',
      'a;=1+1',
      'a\t=1+1',
      'a|=cmd',
      '"=1+1"',
      'a, "=1+1"',
      ' =1',
      "'=1",
      '+1+1',
      '-1+1',
      '@SUM(A1)',
      '-2+3+cmd|x',
      '＝1',
    ],
    ...['a,b\n1,=HYPERLINK("http://x")', 'a\r=1', '+cmd|x', '-A1', '- text', '=', '1,2\n3,@x'],
  ])('is refused with the cell %j', async (text) => {
    const reply = await write(toolContext(), 'table.csv', text)
    expect(reply.error).toMatchObject({ code: 'tool.bad_arguments', message: expect.stringMatching(/text: line \d+ has a cell/) })
    expect((await write(toolContext(), 'table.md', text)).ok).toBe(true)
  })

  test('is judged at once, whatever its cells', async () => {
    for (const cell of [`-1${' '.repeat(200_000)}!`, '-1 '.repeat(80_000), '"'.repeat(200_000), `=${'1'.repeat(200_000)}`]) {
      const startedAt = performance.now()
      await write(toolContext(), 'table.csv', cell)
      expect(performance.now() - startedAt).toBeLessThan(500)
    }
  })

  test.each(['a,b\n1,-5', '-5.25,+3', '"-5 %",-7 m', 'a,-,b', 'x = y, a-b, a@b', '–', '1,-1 000', ''])(
    'is taken with the cells %j',
    async (text) => {
      expect((await write(toolContext(), 'table.csv', text)).ok).toBe(true)
    },
  )
})

test('files are for this account alone, and nothing is left aside', async () => {
  const context = toolContext()
  await write(context, 'report.md', 'x')
  expect(statSync(pathIn(context, 'report.md')).mode & 0o777).toBe(0o600)
  expect(statSync(context.folder).mode & 0o777).toBe(0o700)
  expect(readdirSync(join(context.folder, '.steps'))).toEqual([`${stepOf(1)}.json`])
})

describe('the difference that a person approves', () => {
  const diffOf = async (context: ToolContext, text: string) => {
    const preview = await previewTool(writeFile, { name: 'report.md', text }, context)
    return preview.ok ? preview.value.diff : null
  }

  test('shows a new file whole, and makes no folder', async () => {
    const context = toolContext()
    expect(await diffOf(context, 'one\ntwo\n')).toBe('--- /dev/null\n+++ b/report.md\n@@ -0,0 +1,2 @@\n+one\n+two\n')
    expect(existsSync(context.folder)).toBe(false)
  })

  test('shows the lines that change', async () => {
    const context = toolContext()
    place(context, 'report.md', 'one\ntwo\nthree\n')
    expect(await diffOf(context, 'one\n2\nthree\n')).toBe('--- a/report.md\n+++ b/report.md\n@@ -1,3 +1,3 @@\n one\n-two\n+2\n three\n')
  })

  test('is empty when nothing changes', async () => {
    const context = toolContext()
    place(context, 'report.md', 'one\n')
    expect(await diffOf(context, 'one\n')).toBe('')
  })

  test('is a true patch, also when everything changes at once', async () => {
    const context = toolContext()
    const lines = (seed: number) => Array.from({ length: 12_000 }, (_, i) => `${(i * seed) % 9973} ${seed}`).join('\n')
    place(context, 'report.md', lines(7))
    const startedAt = performance.now()
    const diff = await diffOf(context, lines(11))
    expect(performance.now() - startedAt).toBeLessThan(2_000)
    expect(applyPatch(lines(7), diff ?? '')).toBe(lines(11))
  })
})

import { existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { appendNote } from '../../main/tools/append-note.ts'
import { folderLimits } from '../../main/tools/run-folder.ts'
import { runTool, undoTool } from '../../main/tools/run-tool.ts'
import type { ToolContext } from '../../main/tools/tool.ts'
import { stepOf, toolContext } from '../support/tool-context.ts'

const note = (context: ToolContext, text: string, step = 1) => runTool(appendNote, { text }, { ...context, stepId: stepOf(step) })
const fileOf = (context: ToolContext) => join(context.folder, 'notes.md')
const notes = (context: ToolContext) => readFileSync(fileOf(context), 'utf8')
const place = (context: ToolContext, text: string) => {
  mkdirSync(context.folder, { recursive: true })
  writeFileSync(fileOf(context), text)
}

test('notes stand one after the other', async () => {
  const context = toolContext()
  await note(context, 'First.', 1)
  await note(context, 'Second.', 2)
  expect(notes(context)).toBe(`- First. <!-- ${stepOf(1)} -->\n- Second. <!-- ${stepOf(2)} -->\n`)
})

test('a note of a step that is done again stands once', async () => {
  const context = toolContext()
  const first = await note(context, 'Once.')
  const text = notes(context)
  const again = await note(context, 'Once.')
  expect(notes(context)).toBe(text)
  expect(again.artifacts).toEqual(first.artifacts)
})

test('a note stands once when the crash came between its record and its line', async () => {
  const context = toolContext()
  place(context, 'Mine\n')
  await note(context, 'Once.')
  place(context, 'Mine\n')
  await note(context, 'Once.')
  expect(notes(context)).toBe(`Mine\n- Once. <!-- ${stepOf(1)} -->\n`)
})

describe('TOL-05 a note is taken back', () => {
  test('and the file with it, when it was the first', async () => {
    const context = toolContext()
    const reply = await note(context, 'First.')
    expect((await undoTool(appendNote, reply, context)).ok).toBe(true)
    expect(existsSync(fileOf(context))).toBe(false)
    expect((await undoTool(appendNote, reply, context)).ok).toBe(true)
  })

  test('and those after it stay', async () => {
    const context = toolContext()
    const first = await note(context, 'First.', 1)
    await note(context, 'Second.', 2)
    await undoTool(appendNote, first, { ...context, stepId: stepOf(1) })
    expect(notes(context)).toBe(`- Second. <!-- ${stepOf(2)} -->\n`)
  })

  test('byte by byte, also behind a line without an end', async () => {
    for (const before of ['no line end', 'a line\n', '']) {
      const context = toolContext()
      place(context, before)
      const reply = await note(context, 'Added.')
      await undoTool(appendNote, reply, context)
      expect(notes(context)).toBe(before)
    }
  })

  test('unless a person has edited it', async () => {
    const context = toolContext()
    const reply = await note(context, 'First.')
    place(context, notes(context).replace('First.', 'First, as I see it.'))
    expect(await undoTool(appendNote, reply, context)).toMatchObject({ ok: false, error: { code: 'tool.note_changed' } })
  })
})

test.each([
  ['two lines', 'one\ntwo'],
  ['a line separator', 'one\u2028two'],
  ['the mark of another step', `sly <!-- ${stepOf(2)} -->`],
  ['the beginning of a comment', 'sly <!-- on'],
  ['the end of a comment', 'sly --> on'],
  ['a letter that turns the order', 'a\u202eb'],
  ['nothing', '   '],
  ['a text over the limit', 'x'.repeat(1_001)],
])('a note with %s is refused', async (_what, text) => {
  const context = toolContext()
  expect((await note(context, text)).error?.code).toBe('tool.bad_arguments')
  expect(existsSync(context.folder)).toBe(false)
})

test('notes that are full, or a link in their place, are left alone', async () => {
  const context = toolContext()
  place(context, 'x'.repeat(folderLimits.fileBytesMax))
  expect((await note(context, 'More.')).error?.code).toBe('tool.notes_full_before_effect')
  const linked = toolContext()
  mkdirSync(linked.folder, { recursive: true })
  symlinkSync(fileOf(context), fileOf(linked))
  expect((await note(linked, 'More.')).error?.code).toBe('tool.not_a_file_before_effect')
})

/** What Tab and Enter make of lines, and which file a text belongs into. */
import { describe, expect, test } from 'vitest'
import { copyOfDefinition } from '../../../main/domain/agent-template.ts'
import { fileIn, nameIn } from '../../../renderer/screens/agents/editor/definition-name.ts'
import { draftDiff } from '../../../renderer/screens/agents/editor/draft-diff.ts'
import { breakLine, type Edit, indent, outdent, placeOfLine } from '../../../renderer/screens/agents/editor/text-edits.ts'

/** `|` stands for the caret, or for both ends of what is chosen. */
function edited(marked: string, edit: (text: string, at: { start: number; end: number }) => Edit | null): string | null {
  const [before = '', chosen = '', after] = marked.split('|')
  const text = after === undefined ? before + chosen : before + chosen + after
  const start = before.length
  const made = edit(text, { start, end: after === undefined ? start : start + chosen.length })
  if (made === null) return null
  const next = text.slice(0, made.from) + made.insert + text.slice(made.to)
  const { select } = made
  const caret = select.start === select.end ? '|' : `|${next.slice(select.start, select.end)}|`
  return next.slice(0, select.start) + caret + next.slice(select.end)
}

describe('UI AGT-01 lines of text', () => {
  test('Tab puts a step where the caret stands, and before each of several lines', () => {
    expect(edited('a: |b', indent)).toBe('a:   |b')
    expect(edited('a:\n|b\nc|\nd', indent)).toBe('a:\n  |b\n  c|\nd')
  })
  test('Shift Tab gives a step back, and does nothing where there is none', () => {
    expect(edited('a:\n    b|c\nd', outdent)).toBe('a:\n  b|c\nd')
    expect(edited('  |', outdent)).toBe('|')
    expect(edited('a|', outdent)).toBeNull()
    expect(edited('  |a\n b\nc|', outdent)).toBe('|a\nb\nc|')
  })
  test('a new line begins as deep as the one before, and deeper after a colon', () => {
    expect(edited('  - a|', breakLine)).toBe('  - a\n  |')
    expect(edited('tools:|', breakLine)).toBe('tools:\n  |')
    expect(edited('  runbook: ||', breakLine)).not.toBeNull()
    expect(edited('# like:|', breakLine)).toBe('# like:\n|')
  })
  test('a line begins behind the end of the one before it', () => {
    expect([1, 2, 3, 9].map((line) => placeOfLine('a\nbc\nd', line))).toEqual([0, 2, 5, 6])
  })
})

describe('AGT-01 the name of a text', () => {
  test('it is what stands behind “name:”, where that can be one', () => {
    expect(nameIn('# name: no\nname: "tide-watch" # yes\n')).toBe('tide-watch')
    expect([nameIn('name: Tide Watch'), nameIn('name: ../up'), nameIn('title: x'), fileIn('name: ../up')]).toEqual([
      null,
      null,
      null,
      'unnamed',
    ])
    expect(fileIn('title: x\nname: scout')).toBe('scout.yaml')
  })
  test('a copy is called otherwise, and its own prompts are named as those of the other', () => {
    const text = 'name: research\ntitle: R\nprompts: { gather: gather, draft: other/draft }\nrunbook: |\n  draft: draft\n'
    expect(copyOfDefinition(text, 'research', 'scout')).toBe(
      'name: scout\ntitle: R\nprompts: { gather: research/gather, draft: other/draft }\nrunbook: |\n  draft: draft\n',
    )
    expect(copyOfDefinition('prompts:\n  draft: draft\nname: a', 'a', 'b')).toBe('prompts:\n  draft: a/draft\nname: b')
  })
  test('what saving would change is a unified diff, against nothing where nothing lies there', () => {
    expect(draftDiff('a.yaml', 'x\n', 'x\n')).toBe('')
    expect(draftDiff('a.yaml', 'x\n', 'y\n')).toContain('-x\n+y')
    expect(draftDiff('a.yaml', null, 'y\n')).toContain('--- /dev/null')
  })
})

import { expect, test } from 'vitest'
import { needsApproval } from '../../main/domain/tool.ts'
import { findTool, ruleFor, tools } from '../../main/tools/registry.ts'

const minute = 60_000

test.each([
  ['search_holdings', false, null],
  ['read_passage', false, null],
  ['read_document', false, null],
  ['list_documents', false, null],
  ['table_query', false, null],
  ['calculate', false, null],
  ['append_note', false, null],
  ['write_file', true, 60 * minute],
  ['delete_file', true, 60 * minute],
  ['execute_command', true, 60 * minute],
  ['send_email', true, 60 * minute],
  ['deploy', true, 60 * minute],
  ['Write_File', true, 60 * minute],
  ['write_file ', true, 60 * minute],
  ['__proto__', true, 60 * minute],
  ['constructor', true, 60 * minute],
  ['', true, 60 * minute],
] as const)('TOL-03 a call of “%s” needs approval: %s', (name, expected, approvalTimeoutMs) => {
  expect(ruleFor(name)).toMatchObject({ needsApproval: expected, approvalTimeoutMs })
})

test('TOL-03 a name that nobody registered is unsafe and of unknown risk', () => {
  expect(findTool('execute_command')).toBeNull()
  expect(ruleFor('execute_command')).toMatchObject({ effect: 'unsafe', risk: 'unknown' })
})

test('TOL-03 nothing unsafe runs freely, whatever its risk is called', () => {
  for (const risk of ['read', 'compute', 'note', 'human'] as const) {
    expect(needsApproval(risk, 'unsafe')).toBe(true)
    expect(needsApproval(risk, 'read')).toBe(false)
  }
})

test('TOL-05 whatever writes can be undone', () => {
  for (const tool of tools) if (tool.effect !== 'read') expect(tool.undo, tool.name).toBeDefined()
})

test('names are unique, and plain enough for a model and an allowlist', () => {
  expect(new Set(tools.map(({ name }) => name)).size).toBe(tools.length)
  for (const { name, summary } of tools) {
    expect(name).toMatch(/^[a-z]+(_[a-z]+)*$/)
    expect(summary).toMatch(/^[^\n]{10,200}$/)
  }
})

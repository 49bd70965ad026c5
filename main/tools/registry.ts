/** All tools by name. What does not stand here does not exist, and is treated as the most dangerous thing there is. */
import { type Effect, needsApproval, type Risk, riskRules } from '../domain/tool.ts'
import { appendNote } from './append-note.ts'
import { askHuman } from './ask-human.ts'
import { calculate } from './calculate.ts'
import { delegate } from './delegate.ts'
import { listDocuments } from './list-documents.ts'
import { readDocument } from './read-document.ts'
import { readPassage } from './read-passage.ts'
import { requestHumanApproval } from './request-human-approval.ts'
import { searchHoldings } from './search-holdings.ts'
import { tableQuery } from './table-query.ts'
import type { AnyTool } from './tool.ts'
import { writeFile } from './write-file.ts'

export const tools: readonly AnyTool[] = [
  searchHoldings,
  listDocuments,
  readDocument,
  readPassage,
  tableQuery,
  calculate,
  appendNote,
  writeFile,
  delegate,
  askHuman,
  requestHumanApproval,
]

const byName: ReadonlyMap<string, AnyTool> = new Map(tools.map((tool) => [tool.name, tool]))

export const findTool = (name: string): AnyTool | null => byName.get(name) ?? null

export interface ToolRule {
  readonly effect: Effect
  readonly risk: Risk
  readonly needsApproval: boolean
  readonly approvalTimeoutMs: number | null
}

/** What holds for a call of this name. A name that nobody registered may do anything, so it is unsafe and needs a person. */
export function ruleFor(name: string): ToolRule {
  const { effect, risk } = findTool(name) ?? ({ effect: 'unsafe', risk: 'unknown' } as const)
  return { effect, risk, needsApproval: needsApproval(risk, effect), approvalTimeoutMs: riskRules[risk].approvalTimeoutMs }
}

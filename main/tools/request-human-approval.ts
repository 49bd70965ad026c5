/** Asks a person to approve a plan. Nothing here decides it: the run machine holds the run, and a person's verdict completes the call. */
import { ApprovalRequest } from '../domain/human-request.ts'
import { ok } from '../domain/result.ts'
import { neverPerformed } from './never-performed.ts'
import type { Tool } from './tool.ts'

export const requestHumanApproval: Tool<ApprovalRequest> = {
  name: 'request_human_approval',
  summary: 'Ask a person to approve, reject or revise what is planned, with findings, risks and a way back',
  input: ApprovalRequest,
  ...neverPerformed,
  preview: async ({ summary }) => ok({ summary, diff: null, undo: null }),
}

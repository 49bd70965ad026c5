/** The closed list of reasons why a file is not read, each with a sentence and a hint. None ever contains text of the document. */
import type { Failure } from '../../domain/result.ts'

const refusals = {
  empty: ['The file is empty.', 'Check that it was copied completely.'],
  unreadable: ['The file could not be opened or read.', 'Check that it exists and that you may read it.'],
  not_a_file: ['This is a link, a folder or a device, not a regular file.', 'Choose the file itself.'],
  too_large: ['The file is larger than can be read safely, or holds too much text.', 'Split it into smaller files.'],
  wrong_type: ['The file is not what its name says.', 'Give it the right extension, or save it again from the program that made it.'],
  unsupported: ['Files of this kind are not read.', 'Save it as PDF, DOCX, HTML, Markdown, text or CSV.'],
  encrypted: ['The file is protected by a password or encryption.', 'Save a copy without protection and import that.'],
  damaged: ['The file is damaged or cut short.', 'Open it in the program that made it and save it again.'],
  archive_bomb: [
    'The file unpacks to far more than it should, or its inside contradicts itself.',
    'Do not open it; ask where it came from.',
  ],
  forbidden_markup: [
    'The file declares entities of its own, which documents of this kind never need.',
    'Save it again from a word processor.',
  ],
  too_many_pages: ['The file has more pages than can be read.', 'Split it into smaller files.'],
  no_text: ['No text was found in the file.', 'If it is a scan, run text recognition on it first.'],
  memory: ['Reading the file needed more memory than a document may have.', 'Split it into smaller files.'],
  timeout: ['Reading the file took too long without progress.', 'It may be damaged or hostile; try a copy saved afresh.'],
  cancelled: ['Reading the file was cancelled.', 'Import it again when you want it.'],
  crashed: ['The reader ended unexpectedly on this file.', 'The file is probably damaged; try a copy saved afresh.'],
} as const satisfies Record<string, readonly [message: string, hint: string]>

export type ParseReason = keyof typeof refusals
export const parseReasons = Object.keys(refusals) as readonly ParseReason[]

/** The failure that a person reads. */
export function refusal(reason: ParseReason): Failure {
  const [message, hint] = refusals[reason]
  return { code: `parse.${reason}`, message, hint }
}

/** Thrown by a reader, far below the place that answers. */
export class Refused extends Error {
  readonly reason: ParseReason
  constructor(reason: ParseReason) {
    super(reason)
    this.reason = reason
  }
}
